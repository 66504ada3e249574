//! The small page that the browser shows when it comes back.

use std::time::Duration;

/// The page's words. It is static: no token, code or name ever stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landing {
    /// Shown after the sign-in has been checked: the person can go back to the app.
    pub signed_in: String,
    /// Shown when the sign-in was refused or could not be checked.
    pub refused: String,
    /// Shown when that takes longer than `patience`.
    pub not_known: String,
    /// How long the browser waits for its page.
    pub patience: Duration,
    /// The page's title.
    pub title: String,
    /// Language of the words, such as `en-GB`.
    pub lang: String,
}

impl Landing {
    /// The page; `None` where it is not known yet how the sign-in ends.
    pub(crate) fn page(&self, signed_in: Option<bool>) -> String {
        let words = match signed_in {
            Some(true) => &self.signed_in,
            Some(false) => &self.refused,
            None => &self.not_known,
        };
        format!(
            "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
             <title>{}</title></head><body><main><h1>{}</h1></main></body></html>",
            escaped(&self.lang),
            escaped(&self.title),
            escaped(words),
        )
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_text_and_not_markup() {
        let landing = Landing {
            signed_in: "Signed in & <b>back</b>".into(),
            refused: "Not signed in".into(),
            not_known: "Not known yet".into(),
            patience: Duration::ZERO,
            title: "\"Accounts\"".into(),
            lang: "en-GB".into(),
        };
        let page = landing.page(Some(true));
        assert!(page.contains("Signed in &amp; &lt;b&gt;back&lt;/b&gt;"));
        assert!(page.contains("<title>&quot;Accounts&quot;</title>"));
        assert!(landing.page(Some(false)).contains("Not signed in"));
        assert!(landing.page(None).contains("Not known yet"));
    }
}
