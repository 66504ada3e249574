//! High contrast, and few colours.

use crate::{
    steps::{go, look, open_account, practise, with_practice},
    support::{Browser, By, Desktop, Keyring, Theme, Window},
};
use serde_json::json;

#[tokio::test]
async fn a_desktop_with_high_contrast_gets_stronger_ink_and_lines() {
    let desktop = Desktop::open(Keyring::Unlocked);
    desktop.prefer_contrast();
    let mut browser = Browser::new();
    let window = Window::open(&desktop, &with_practice(&browser)).await;
    practise(&window, &mut browser, "University of Oxford", "eart0001").await;
    look(&window, "contrast-home").await;
    open_account(&window, "enq", "enquiries@earth.example.edu").await;
    window.click(By::Css("#account-people")).await;
    window.wait_for_text("Reads and files everything. Cannot send.").await;
    look(&window, "contrast-people").await;
    let same =
        "const of = (selector, property) => getComputedStyle(document.querySelector(selector))[property];
        return [of('.detail .hint, .detail .src', 'color') === of('body', 'color'),
          of('.tabs', 'borderBottomColor') === of('.list .find', 'borderTopColor')]";
    for theme in [Theme::Light, Theme::Dark] {
        window.theme(theme).await;
        let strong = window.run(same, &[]).await;
        assert_eq!(
            strong,
            json!([true, true]),
            "hints and rules are as strong as anything, {}",
            theme.name()
        );
    }
}

/// WebKitGTK has no forced colours of its own and answers `forced-colors` with "none", so what our style sheets say for
/// them is switched on by hand: it shows that nothing is told by colour alone, not what a system paints.
#[tokio::test]
async fn what_our_style_sheets_say_for_forced_colours_keeps_every_page_readable() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let mut browser = Browser::new();
    let window = Window::open(&desktop, &with_practice(&browser)).await;
    practise(&window, &mut browser, "University of Oxford", "eart0001").await;
    assert!(force(&window).await > 3, "the style sheets have rules for forced colours");
    look(&window, "forced-home").await;
    open_account(&window, "enq", "enquiries@earth.example.edu").await;
    force(&window).await;
    // Which row, which tab and which facet is chosen is outlined, not coloured.
    for chosen in [".nav a[aria-current]", ".item[aria-current]", "[role=tab][aria-selected=true]"] {
        window.find(By::Css(chosen)).await;
        let outline = window
            .run(
                "const style = getComputedStyle(document.querySelector(arguments[0])); return style.outlineStyle + ' ' + style.outlineWidth",
                &[chosen.into()],
            )
            .await;
        assert_eq!(outline, "solid 2px", "{chosen}");
    }
    window.click(By::Css("#account-people")).await;
    window.wait_for_text("Reads and files everything. Cannot send.").await;
    force(&window).await;
    look(&window, "forced-people").await;
    go(&window, "settings").await;
    window.find(By::heading("Settings")).await;
    force(&window).await;
    look(&window, "forced-settings").await;
}

/// Makes the rules for forced colours hold. How many groups of them there are.
async fn force(window: &Window) -> u64 {
    let rules = "let groups = 0;
        const each = (rules) => {
          for (const rule of rules) {
            if (rule.media && /forced-colors/.test(rule.media.mediaText)) rule.media.mediaText = 'all';
            if (rule.media?.mediaText === 'all') groups++;
            if (rule.cssRules) each(rule.cssRules);
          }
        };
        for (const sheet of document.styleSheets) each(sheet.cssRules);
        return groups";
    window.run(rules, &[]).await.as_u64().unwrap_or(0)
}
