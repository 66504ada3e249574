//! Where sign-in, directory and desk cannot be reached as it is written.

use super::{read, told, told_there, with};
use institutions::Prompt;

#[test]
fn tokens_go_to_encrypted_addresses_only() {
    told_there(
        97,
        "issuer = \"http://login.northfield.example.edu\"",
        "unencrypted",
        "127.0.0.1, localhost and [::1]",
    );
    told_there(97, "issuer = \"http://127.0.0.1.example.edu\"", "unencrypted", "https://");
    told_there(97, "issuer = \"ftp://login.northfield.example.edu\"", "not an https address", "https://");
    told_there(97, "issuer = \"login.northfield.example.edu\"", "not an address", "https://");
    told_there(97, "issuer = \"https://login.northfield.example.edu/?x=1\"", "a ? or #", "https://");
    told_there(
        97,
        "issuer = \"https://a:b@login.northfield.example.edu\"",
        "username or password",
        "https://",
    );
    told_there(110, "base = \"http://accounts.northfield.example.edu\"", "unencrypted", "127.0.0.1");
    for loopback in ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080/oidc"] {
        let text = with(&[(97, &format!("issuer = \"{loopback}\""))]);
        assert!(read(text).is_ok(), "{loopback} never leaves this computer (RFC 8252 section 8.3)");
    }
}

#[test]
fn the_rest_of_the_connection_is_checked_too() {
    told_there(98, "client-id = \"\"", "`client-id` is empty while others", "all three empty");
    told_there(110, "base = \"\"", "`base` is empty while others", "all three empty");
    told_there(99, "scopes = [\"profile\"]", "lacks \"openid\"", "Add \"openid\"");
    told_there(
        99,
        "scopes = [\"openid profile\"]",
        "\"openid profile\" is not one scope",
        "entry of its own",
    );
    told_there(100, "loopback-ports = [8401, 0]", "0 is not a port", "1 to 65535");
    told_there(100, "loopback-ports = [8401, 8401]", "listed twice", "once");
    told_there(100, "browser-seconds = 3601", "`browser-seconds` is 3601", "1 to 3600");
    told_there(100, "browser-seconds = 0", "`browser-seconds` is 0", "1 to 3600");
    told_there(100, "prompt = \"none\"", "`connection.sign-in.prompt` is \"none\"", "\"several\", \"one\"");
    told_there(101, "redirect-path = \"signed-in\"", "\"signed-in\" is not a path", "single /");
    told_there(111, "accounts-path = \"/a/../b\"", "is not a path", "single /");
    told_there(111, "accounts-path = \"//elsewhere.example.edu\"", "is not a path", "single /");
    told_there(102, "resource = \"accounts\"", "cannot be a `resource`", "absolute address");
    told(&[(106, "it-officer = []")], 104, "gives anybody a role", "`it-officer`");
}

#[test]
fn a_provider_takes_several_prompts_unless_the_file_says_one() {
    let prompt = |text: &str| read(with(&[(100, text)])).unwrap().connection.sign_in.prompt;
    assert_eq!(prompt(""), Prompt::Several);
    assert_eq!(prompt("prompt = \"several\""), Prompt::Several);
    assert_eq!(prompt("prompt = \"one\""), Prompt::One);
}
