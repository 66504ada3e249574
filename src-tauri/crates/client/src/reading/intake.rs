//! Putting what was read where it belongs: on the disk, in memory, or nowhere.

use super::{Reader, TELL_EVERY, blocking};
use crate::{
    open::{Open, Subject},
    outside::Event,
    view::{Problem, ProblemCode},
};
use accounts::{
    Account, AccountId, Me, Principal, Role, Standing, attention_from, can_send, seen_by, standing,
};
use directory::role_from_claims;
use institutions::{Profile, RoleSource};
use serde_json::Value;
use std::{sync::Arc, time::Instant};
use store::{Fact, Incoming, Store, Taken, ThroughGroup};
use tokio::task::JoinHandle;

/// A page on its way into the stores.
pub(super) type Writing = JoinHandle<Result<Taken, Problem>>;

impl Reader<'_> {
    /// Begins to put one page where it belongs, off the async threads; [`Self::taken`] waits for the end of it.
    pub(super) fn take(&self, me: &Me, accounts: Vec<Account>) -> Writing {
        let (open, me, live) = (Arc::clone(self.open), me.clone(), self.live.clone());
        tokio::task::spawn_blocking(move || {
            let (mut batch, mut not_ours) = (Vec::new(), Vec::new());
            for account in accounts {
                let id = account.id.clone();
                match incoming(open.profile(), &me, account) {
                    Some(incoming) => batch.push(incoming),
                    None => not_ours.push(id),
                }
            }
            let now = open.now().to_string();
            let Some(live) = live else { return take_into(&open.store, &batch, not_ours, &now) };
            let (unit, own): (Vec<_>, Vec<_>) = batch.iter().cloned().partition(only_unit);
            let not_kept =
                not_ours.iter().cloned().chain(unit.into_iter().map(|unit| unit.account.id)).collect();
            take_into(&open.store, &own, not_kept, &now)?;
            take_into(&live, &batch, not_ours, &now)
        })
    }

    /// Waits until a page is where it belongs, and tells the lists if there is news.
    pub(super) async fn taken(&mut self, writing: Writing) -> Result<(), Problem> {
        let taken = writing.await.map_err(Problem::internal)??;
        let due = self.told.is_none_or(|told| told.elapsed() > TELL_EVERY);
        if taken.new + taken.changed > 0 && due {
            self.told = Some(Instant::now());
            self.open.around.outside.tell(Event::AccountsChanged);
        }
        Ok(())
    }

    pub(super) async fn settle(
        &self,
        gone: Vec<AccountId>,
        facts: Vec<(Fact, Value)>,
    ) -> Result<(), Problem> {
        let open = Arc::clone(self.open);
        let live = self.live.clone();
        if open.keeps_unit() == live.is_some() {
            return Err(Problem::new(ProblemCode::Cancelled, "what to keep was chosen anew"));
        }
        blocking(move || {
            if let Some(live) = live {
                live.settle(&gone, &facts)?;
            }
            open.store.settle(&gone, &facts)?;
            // The next keystroke finds the list in order.
            Ok(open.shown().put_in_order()?)
        })
        .await
    }
}

/// Takes in what the directory answered when it was asked for one account by itself: it, or that it is not there, or not
/// the reader's business any more.
pub(crate) fn take_one(open: &Open, id: &AccountId, account: Option<Account>) -> Result<(), Problem> {
    let now = open.now().to_string();
    let live = open.live();
    let incoming = account.and_then(|account| incoming(open.profile(), &open.me(), account));
    let gone = if incoming.is_none() { vec![id.clone()] } else { Vec::new() };
    let keeps = open.keeps_unit();
    let kept: Vec<_> = incoming.iter().filter(|incoming| keeps || !only_unit(incoming)).cloned().collect();
    take_into(&open.store, &kept, gone.clone(), &now)?;
    if let Some(live) = live {
        take_into(&live, incoming.as_slice(), gone, &now)?;
    }
    open.around.outside.tell(Event::AccountsChanged);
    Ok(())
}

/// Whether an account that the directory shows is the reader's business.
pub(crate) fn is_ours(open: &Open, account: &Account) -> bool {
    incoming(open.profile(), &open.me(), account.clone()).is_some()
}

/// Takes in what is the reader's, and removes what the directory itself says is not, or no longer, theirs.
fn take_into(
    store: &Store,
    batch: &[Incoming],
    not_ours: Vec<AccountId>,
    now: &str,
) -> Result<Taken, Problem> {
    let mut known = Vec::new();
    for id in not_ours {
        if store.account(&id)?.is_some() {
            known.push(id);
        }
    }
    if !known.is_empty() {
        store.settle(&known, &[])?;
    }
    Ok(store.take(batch, now)?)
}

pub(super) fn only_unit(incoming: &Incoming) -> bool {
    let standing = incoming.standing;
    standing.holds_unit && !(standing.owns || standing.uses || standing.itself)
}

/// An account as the reader may see it, or `None` where a directory sent what is none of the reader's business.
pub(crate) fn incoming(profile: &Profile, me: &Me, account: Account) -> Option<Incoming> {
    let account = seen_by(account, me)?;
    let standing = standing(&account, me);
    let can_send: Vec<bool> =
        account.access.grants().iter().map(|grant| can_send(&profile.meanings(&grant.rights))).collect();
    let needs_from = attention_from(&account, me, &profile.zone());
    let needs_from = needs_from.map(|day| store::day_number(day).max(0));
    let through_group = through_group(me, &account, standing, &can_send);
    Some(Incoming { standing, can_send, needs_from, through_group, account })
}

/// `me` as a holder of `account`, where a group that owns it or has a grant is one of `me`'s.
fn through_group(me: &Me, account: &Account, standing: Standing, can_send: &[bool]) -> Option<ThroughGroup> {
    let is_me = |principal: &Principal| principal.who.id == me.id;
    let is_my_group = |principal: &Principal| me.is(principal.who.id.as_str()) && !is_me(principal);
    let grants = account.access.grants();
    let owner = account.owner.as_ref();
    if !owner.into_iter().chain(grants.iter().map(|grant| &grant.to)).any(is_my_group) {
        return None;
    }
    let named =
        owner.into_iter().chain(grants.iter().map(|grant| &grant.to)).find(|principal| is_me(principal));
    let mine = grants.iter().zip(can_send).filter(|(grant, _)| me.is(grant.to.who.id.as_str()));
    Some(ThroughGroup {
        reader: named.cloned().unwrap_or_else(|| me.as_principal()),
        owns: standing.owns,
        uses: standing.uses,
        can_send: mine.into_iter().any(|(_, sends)| *sends),
    })
}

/// `me` with role and unit from the sign-in's claims, where `source` says that they are there. An officer looks after the
/// units that the directory names or, where the role is the sign-in's and it names none, after their own.
pub(crate) fn with_claims(source: &RoleSource, me: Me, subject: Option<&Subject>) -> Me {
    let claims = subject.map(|subject| &subject.claims);
    let found = claims.and_then(|claims| role_from_claims(source, claims));
    let me = match found {
        Some(found) => {
            let unit = found.unit.or(me.unit);
            let held_units =
                if me.held_units.is_empty() { unit.iter().cloned().collect() } else { me.held_units };
            Me { role: found.role, unit, held_units, ..me }
        }
        None => me,
    };
    // Held units without the role are nobody's to look after.
    if me.role == Role::ItOfficer { me } else { Me { held_units: Vec::new(), ..me } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal::{maren, subject_at};
    use accounts::NamedUnit;
    use serde_json::json;

    const HERE: &str = "https://id.example.edu";

    /// The role and the held units of somebody of whom the directory says `role` and `held`, and the sign-in `claims`.
    fn placed(source: &RoleSource, role: Role, held: &[&str], claims: Value) -> (Role, Vec<String>) {
        let Value::Object(claims) = claims else { panic!("an object") };
        let held_units =
            held.iter().map(|id| NamedUnit { id: (*id).into(), name: (*id).to_owned() }).collect();
        let subject = Subject { claims, ..subject_at(HERE) };
        let me = with_claims(source, Me { role, held_units, ..maren() }, Some(&subject));
        (me.role, me.held_units.into_iter().map(|unit| unit.id.as_str().to_owned()).collect())
    }

    fn by_claim() -> RoleSource {
        RoleSource::Claim {
            role: "groups".into(),
            it_officer: vec!["officers".into()],
            service_desk: vec!["desk".into()],
            unit: Some("ou".into()),
        }
    }

    #[test]
    fn an_officer_by_the_sign_ins_claims_looks_after_the_units_that_the_directory_names() {
        let officer = json!({ "groups": ["officers"], "ou": "earth" });
        let held = |held: &[&str]| placed(&by_claim(), Role::Member, held, officer.clone());
        assert_eq!(held(&["chem", "phys"]), (Role::ItOfficer, vec!["chem".into(), "phys".into()]));
        assert_eq!(held(&[]), (Role::ItOfficer, vec!["earth".into()]), "or after their own");
    }

    #[test]
    fn whoever_is_no_officer_in_the_end_looks_after_no_unit() {
        let claims = json!({ "groups": ["desk"], "ou": "earth" });
        assert_eq!(placed(&by_claim(), Role::ItOfficer, &["chem"], claims), (Role::ServiceDesk, vec![]));
        assert_eq!(placed(&by_claim(), Role::ItOfficer, &["chem"], json!({})), (Role::Member, vec![]));
        assert_eq!(placed(&RoleSource::Me, Role::Member, &["chem"], json!({})), (Role::Member, vec![]));
        let officer = placed(&RoleSource::Me, Role::ItOfficer, &["chem"], json!({}));
        assert_eq!(officer, (Role::ItOfficer, vec!["chem".into()]));
    }
}
