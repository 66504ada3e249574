//! Kinds of account and rights: each defined once, used somewhere, and not at odds with itself.

use super::Findings;
use crate::{Advice, Kind, KindFamily, Profile, Usage};

pub(super) fn check(profile: &Profile, findings: &mut Findings<'_, '_>) {
    findings.unique("kind", "id", profile.kinds.iter().map(|kind| kind.id.as_str()));
    findings.unique("right", "id", profile.rights.iter().map(|right| right.id.as_str()));
    if profile.kinds.is_empty() {
        findings.add("kind", "No kind of account is described", "Add at least one `[[kind]]`");
    }
    for (index, kind) in profile.kinds.iter().enumerate() {
        if family(kind, index, findings) {
            usage(kind, index, profile.rights.is_empty(), findings);
        }
        advice(kind, index, findings);
    }
    if !profile.rights.is_empty() && profile.kinds.iter().all(|kind| kind.used_by == Usage::SharedSignIn) {
        let right = "Leave rights out, or say which kind is used by \"delegation\"";
        findings.add("right/0", "Rights are defined, but no kind of account is used by delegation", right);
    }
}

/// What the drawing of a family promises, against what the kind says it has. Whether the two agree.
fn family(kind: &Kind, index: usize, findings: &mut Findings<'_, '_>) -> bool {
    let (mailbox, sign_in) = match kind.family {
        KindFamily::Mailbox | KindFamily::Room | KindFamily::Equipment => (true, false),
        KindFamily::SignIn => (false, true),
        KindFamily::MailboxAndSignIn => (true, true),
    };
    for (field, has, promised) in [("mailbox", kind.mailbox, mailbox), ("sign-in", kind.sign_in, sign_in)] {
        if has != promised {
            let wrong = format!("`{field}` is {has}, which does not go with the `family` of this kind");
            let right = format!("Set `{field} = {promised}`, or choose another family");
            findings.add(&format!("kind/{index}/{field}"), wrong, right);
        }
    }
    (kind.mailbox, kind.sign_in) == (mailbox, sign_in)
}

/// A password is shared where there is one, and rights are needed where people hold them.
fn usage(kind: &Kind, index: usize, no_rights: bool, findings: &mut Findings<'_, '_>) {
    let at = format!("kind/{index}/used-by");
    match (kind.used_by, kind.sign_in) {
        (Usage::Delegation, true) => {
            let wrong = "This kind has a sign-in of its own, so it is not used by delegation alone";
            findings.add(&at, wrong, "Use \"shared-sign-in\" or \"delegation-and-shared-sign-in\"");
        }
        (Usage::SharedSignIn | Usage::DelegationAndSharedSignIn, false) => {
            let wrong = "This kind has no sign-in of its own that people could share";
            findings.add(&at, wrong, "Use \"delegation\", or set `sign-in = true`");
        }
        _ => {}
    }
    if kind.used_by != Usage::SharedSignIn && no_rights {
        let wrong = "This kind is used by delegation, but no right is defined that could be delegated";
        findings.add(&at, wrong, "Define each right in a `[[right]]`, or use \"shared-sign-in\"");
    }
}

fn advice(kind: &Kind, index: usize, findings: &mut Findings<'_, '_>) {
    match (kind.advice, &kind.advice_reason) {
        (Advice::Recommended | Advice::Discouraged, None) => {
            let right = "Add `advice-reason`: a person is owed the reason";
            findings.add(&format!("kind/{index}/advice"), "This advice gives no reason", right);
        }
        (Advice::Fits, Some(_)) => {
            let right = "Leave it out, or choose \"recommended\" or \"discouraged\"";
            let wrong = "A reason is given, but there is no advice either way";
            findings.add(&format!("kind/{index}/advice-reason"), wrong, right);
        }
        _ => {}
    }
}
