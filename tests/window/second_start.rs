//! One program at a time.

use crate::support::{By, Desktop, Keyring, Window, WindowOptions, app};

#[tokio::test]
async fn a_second_start_brings_the_first_window_forward_and_ends() {
    let desktop = Desktop::open(Keyring::Unlocked);
    let window = Window::open(&desktop, &WindowOptions::default()).await;
    window.find(By::heading("Where do you work or study?")).await;
    let mut second = desktop.inside(std::process::Command::new(app()));
    let ended = tokio::task::spawn_blocking(move || second.status()).await.unwrap().unwrap();
    assert!(ended.success(), "the second one hands over and ends by itself");
    window.find(By::heading("Where do you work or study?")).await;
}
