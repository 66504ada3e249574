//! Who may ask, see, decide and withdraw.

use super::{
    DELEGATE, OFFICER, OTHER_OFFICER, OWNER, SERVICE_DESK, STRANGER, nell_for_enquiries, oxford, request,
};
use crate::site::Site;
use reqwest::Method;
use serde_json::json;

/// Statuses of: asking for it, seeing what the owner asked, deciding on that, withdrawing that; how many wait to be decided.
type Row = (&'static str, u16, u16, u16, u16, i64);

/// One row for each kind of person, about an account of Earth Sciences and a request by its owner.
const ROWS: [Row; 6] = [
    (OWNER, 201, 200, 403, 200, 0),
    (DELEGATE, 403, 404, 404, 404, 0),
    (OFFICER, 201, 200, 200, 403, 1),
    (OTHER_OFFICER, 404, 404, 404, 404, 0),
    (SERVICE_DESK, 403, 200, 200, 403, 1),
    (STRANGER, 404, 404, 404, 404, 0),
];

#[tokio::test]
async fn who_may_do_what() {
    for row in ROWS {
        let (who, asks, sees, decides, withdraws, waiting) = row;
        let site = oxford().await;
        site.appoint_other_officer().await;
        let (token, owner) = (site.sign_in(who).await, site.sign_in(OWNER).await);
        let reference = site.asked(&owner, &nell_for_enquiries(&site).await).await;
        let list = site.desk_get("/requests?scope=to-decide", &token).await;
        assert_eq!(list["total"], waiting, "{who} has that many to decide");
        let about = site.desk_get("", &token).await;
        let is_decider = [OFFICER, OTHER_OFFICER, SERVICE_DESK].contains(&who);
        assert_eq!(about["capabilities"]["decides"], is_decider, "{who} decides on anything");

        assert_eq!(
            site.ask(&token, &nell_for_enquiries(&site).await).await.status.as_u16(),
            asks,
            "{who} asks"
        );
        for path in ["", "/trail"] {
            let seen = site.desk(Method::GET, &format!("/requests/{reference}{path}"), &token, None).await;
            assert_eq!(seen.status.as_u16(), sees, "{who} sees{path}");
        }
        let withdrawn = site.withdraw(&token, &reference).await;
        assert_eq!(withdrawn.status.as_u16(), withdraws, "{who} withdraws");
        let reference = site.asked(&owner, &nell_for_enquiries(&site).await).await;
        let decided = site.decide(&token, &reference, true).await;
        assert_eq!(decided.status.as_u16(), decides, "{who} decides");
        if decides == 403 {
            assert_eq!(decided.json()["code"], "may-not-decide");
        }
    }
}

#[tokio::test]
async fn nobody_decides_on_their_own() {
    let site = oxford().await;
    let (officer, desk) = (site.sign_in(OFFICER).await, site.sign_in(SERVICE_DESK).await);
    let reference = site.asked(&officer, &nell_for_enquiries(&site).await).await;
    assert_eq!(site.desk_get("/requests?scope=to-decide", &officer).await["total"], 0);
    let answer = site.decide(&officer, &reference, true).await;
    assert_eq!(answer.json()["code"], "may-not-decide");
    assert_eq!(site.desk_get("/requests?scope=to-decide", &desk).await["total"], 1);
}

/// A request by an owner in History.
async fn asked_in_history(site: &Site) -> String {
    let owner = site.sign_in(OTHER_OFFICER).await;
    let office = site.account("history-office").await;
    let change = site.change(&office, STRANGER, &["full-access"]).await;
    site.asked(&owner, &request(&office, &[change])).await
}

#[tokio::test]
async fn an_officer_decides_for_their_own_unit_only() {
    let site = oxford().await;
    let officer = site.sign_in(OFFICER).await;
    let reference = asked_in_history(&site).await;
    assert_eq!(
        site.desk_get("/requests?scope=to-decide", &officer).await,
        json!({"total": 0, "requests": []})
    );
    assert_eq!(site.decide(&officer, &reference, true).await.status.as_u16(), 404);
    let desk = site.sign_in(SERVICE_DESK).await;
    assert_eq!(site.desk_get("/requests?scope=to-decide&open=true&count=200", &desk).await["total"], 1);
    assert_eq!(site.desk_get("/requests?scope=to-decide&open=false", &desk).await["total"], 0);
}
