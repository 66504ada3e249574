//! Taking back what is at the desk and not decided yet.

use super::{FAULTS, SENT, WITHDRAWN, Walk};

#[tokio::test]
async fn what_is_taken_back_is_taken_back_once_whatever_breaks_off() {
    let mut walk = Walk::begin("3600").await;
    for (fault, fate) in FAULTS {
        let id = walk.sent(fault, SENT).await;
        walk.press_through(fate, "Withdraw", &id, fault, WITHDRAWN).await;
        println!("withdrawing x {fault}");
    }
    let at_desk = walk.at_desk().await;
    for request in &at_desk {
        assert_eq!(request["status"], "withdrawn", "{request}");
    }
    for request in at_desk {
        let id = request["id"].as_str().unwrap();
        let trail =
            walk.front.campus.ask_desk("GET", &format!("/requests/{id}/trail"), &walk.clerk, None).await;
        let taken_back =
            trail["entries"].as_array().unwrap().iter().filter(|step| step["what"] == "withdrawn").count();
        assert_eq!(taken_back, 1, "{trail}");
    }
    walk.count("Withdrawing").await;
}
