//! The grammar of RFC 7644 figure 1: `and` binds closer than `or`, `not` takes parentheses.

use super::{Compare, Filter};
use serde_json::Value;

/// Nesting beyond this is refused rather than followed.
const DEEPEST: usize = 32;
/// Longer filters are refused.
const LONGEST: usize = 8 * 1024;

/// Reads a filter. The error says what was expected, and where.
pub(in super::super) fn parse(text: &str) -> Result<Filter, String> {
    if text.len() > LONGEST {
        return Err("The filter is too long.".into());
    }
    let mut reader = Reader { text, at: 0, depth: 0 };
    let filter = reader.any_of()?;
    reader.space();
    if reader.rest().is_empty() { Ok(filter) } else { Err(reader.expected("the end, \"and\" or \"or\"")) }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn expected(&self, what: &str) -> String {
        let column = self.text.get(..self.at).unwrap_or_default().chars().count() + 1;
        format!("Expected {what} at character {column} of the filter.")
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn symbol(&mut self, symbol: char) -> bool {
        self.space();
        let found = self.rest().starts_with(symbol);
        if found {
            self.at += symbol.len_utf8();
        }
        found
    }

    /// Takes `word` in any case, unless it is only the start of a longer one.
    fn word(&mut self, word: &str) -> bool {
        self.space();
        let Some((head, tail)) = self.rest().split_at_checked(word.len()) else { return false };
        let found =
            head.eq_ignore_ascii_case(word) && !tail.starts_with(|c: char| c.is_alphanumeric() || c == '.');
        if found {
            self.at += word.len();
        }
        found
    }

    fn any_of(&mut self) -> Result<Filter, String> {
        let mut filter = self.all_of()?;
        while self.word("or") {
            filter = Filter::Or(Box::new(filter), Box::new(self.all_of()?));
        }
        Ok(filter)
    }

    fn all_of(&mut self) -> Result<Filter, String> {
        let mut filter = self.one()?;
        while self.word("and") {
            filter = Filter::And(Box::new(filter), Box::new(self.one()?));
        }
        Ok(filter)
    }

    fn one(&mut self) -> Result<Filter, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("The filter is nested too deep.".into());
        }
        let filter = if self.symbol('(') {
            self.closed(')')?
        } else if self.negation() {
            Filter::Not(Box::new(self.closed(')')?))
        } else {
            self.expression()?
        };
        self.depth -= 1;
        Ok(filter)
    }

    /// Takes `not (`.
    fn negation(&mut self) -> bool {
        let start = self.at;
        if self.word("not") && self.symbol('(') {
            return true;
        }
        self.at = start;
        false
    }

    fn closed(&mut self, end: char) -> Result<Filter, String> {
        let inner = self.any_of()?;
        if self.symbol(end) { Ok(inner) } else { Err(self.expected(&format!("\"{end}\""))) }
    }

    fn expression(&mut self) -> Result<Filter, String> {
        let path = self.path()?;
        if self.symbol('[') {
            return Ok(Filter::Within(path, Box::new(self.closed(']')?)));
        }
        if self.word("pr") {
            return Ok(Filter::Present(path));
        }
        const OPERATORS: [(&str, Compare); 9] = [
            ("eq", Compare::Equal),
            ("ne", Compare::NotEqual),
            ("co", Compare::Contains),
            ("sw", Compare::StartsWith),
            ("ew", Compare::EndsWith),
            ("gt", Compare::Greater),
            ("ge", Compare::GreaterOrEqual),
            ("lt", Compare::Less),
            ("le", Compare::LessOrEqual),
        ];
        let found = OPERATORS.into_iter().find(|(word, _)| self.word(word));
        let (_, operator) = found.ok_or_else(|| self.expected("an operator"))?;
        Ok(Filter::Compare(path, operator, self.value()?))
    }

    fn path(&mut self) -> Result<String, String> {
        self.space();
        let is_of_path = |c: char| c.is_ascii_alphanumeric() || "_-.:$".contains(c);
        let rest = self.rest();
        let path = rest.split(|c| !is_of_path(c)).next().unwrap_or_default();
        if !path.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$') {
            return Err(self.expected("an attribute"));
        }
        self.at += path.len();
        Ok(path.to_owned())
    }

    /// A JSON string, number, `true`, `false` or `null`.
    fn value(&mut self) -> Result<Value, String> {
        self.space();
        let rest = self.rest();
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        let value =
            values.next().and_then(Result::ok).filter(|value| !value.is_array() && !value.is_object());
        let value = value.ok_or_else(|| self.expected("a value such as \"text\", 12, true or null"))?;
        self.at += values.byte_offset();
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn equal(path: &str, value: &str) -> Filter {
        Filter::Compare(path.into(), Compare::Equal, json!(value))
    }

    #[test]
    fn and_binds_closer_than_or() {
        let (a, b, c) = (equal("a", "1"), equal("b", "2"), equal("c", "3"));
        let both = Filter::And(Box::new(b), Box::new(c));
        assert_eq!(
            parse(r#"a eq "1" or b EQ "2" AND c eq "3""#),
            Ok(Filter::Or(Box::new(a), Box::new(both)))
        );
    }

    #[test]
    fn parentheses_brackets_and_not_are_read() {
        let inner = Filter::And(Box::new(equal("value", "x")), Box::new(Filter::Present("rights".into())));
        let within = Filter::Within("grants".into(), Box::new(inner));
        assert_eq!(parse(r#"not (grants[value eq "x" and rights pr])"#), Ok(Filter::Not(Box::new(within))));
        assert_eq!(parse(r#"notes eq "x""#), Ok(equal("notes", "x")), "an attribute may begin like a word");
    }

    #[test]
    fn values_are_json() {
        assert_eq!(parse(r#"a eq "q\"]) or""#), Ok(equal("a", "q\"]) or")), "what is quoted is text");
        assert_eq!(parse("a gt 12"), Ok(Filter::Compare("a".into(), Compare::Greater, json!(12))));
        assert_eq!(parse("a eq null"), Ok(Filter::Compare("a".into(), Compare::Equal, json!(null))));
    }

    #[test]
    fn what_is_no_filter_is_said_with_its_place() {
        assert_eq!(
            parse(r#"userName qq "x""#),
            Err("Expected an operator at character 10 of the filter.".into())
        );
        for broken in
            ["", "a", "a eq", "a eq x", "(a pr", "a pr)", "a pr b pr", "a[b pr", "not a pr", "and", "a eq {}"]
        {
            assert!(parse(broken).is_err(), "{broken:?} is no filter");
        }
        assert!(parse(&"(".repeat(100_000)).is_err());
        assert!(parse(&format!("{}a pr{}", "(".repeat(100), ")".repeat(100))).is_err(), "depth is bounded");
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_breaks_the_reader(text in "\\PC{0,60}|([a-c(). \\[\\]\"]|eq|and|or|not|pr| ){0,20}") {
            let _ = parse(&text);
        }
    }
}
