//! From what is stored to what screens are given.

use crate::{
    open::Open,
    reading::{Unreadable, unreadable},
    view::{
        AccessView, AccountPage, AccountRow, AccountView, FacetCounts, GrantView, HistoryEntry, Home,
        InstitutionView, KindCount, NeedsYou, PeopleFacet, PeoplePage, PeopleSearch, PersonGrant, PersonRow,
        PersonView, Problem, ProblemCode, Search,
    },
};
use accounts::{
    Access, Account, AccountId, Attention, Grant, KindId, LEAVING_SOON_DAYS, Me, PersonId, PrincipalKind,
    RequestKind, RightId, Standing, attention, can_send, outcome,
};
use institutions::{Profile, Usage};
use jiff::{ToSpan, civil::Date};
use std::sync::PoisonError;
use store::{Counts, Facets, Fact, Line, Listed, PeopleQuery, Query, Sighting, Stored};

/// Rows given at once, at most.
const MOST_ROWS: u16 = 200;
/// What needs the reader, listed on the first page at most.
const NEEDS_LISTED: usize = 6;
/// Accounts of one person that are listed.
const PERSON_ACCOUNTS: usize = 500;

impl Open {
    pub(crate) fn search(&self, search: &Search) -> Result<AccountPage, Problem> {
        let shown = self.shown();
        let query = Query {
            text: search.query.clone(),
            facets: Facets { own: search.own, uses: search.uses, unit: search.unit },
            kind: search.kind.clone(),
            offset: search.offset as usize,
            limit: usize::from(search.limit.min(MOST_ROWS)),
        };
        let found = shown.lines(&query, store::day_number(self.today()))?;
        let me = self.me();
        Ok(AccountPage {
            rows: found.rows.into_iter().map(|listed| self.listed(&me, listed)).collect(),
            offset: search.offset,
            total: count(found.total),
            counts: self.facet_counts(shown.counts()?),
        })
    }

    pub(crate) fn home(&self) -> Result<Home, Problem> {
        let shown = self.shown();
        let me = self.me();
        let today = self.today();
        let needing = shown.needing(store::day_number(today), NEEDS_LISTED * 4)?;
        // An account may need its reader for more than one reason, and each has its own day.
        let mut needs_you: Vec<_> = needing
            .rows
            .iter()
            .flat_map(|stored| {
                let row = self.row(&me, stored);
                let all = self.needs(&me, &stored.account).into_iter();
                all.map(move |attention| NeedsYou { account: row.clone(), attention })
            })
            .collect();
        needs_you.sort_by_key(|item| {
            (!item.account.standing.owns, item.attention.by.is_none(), item.attention.by)
        });
        let not_looked_at = needing.total.saturating_sub(needing.rows.len());
        let more = count(needs_you.len().saturating_sub(NEEDS_LISTED) + not_looked_at);
        needs_you.truncate(NEEDS_LISTED);
        let (waiting, to_decide) = self.waiting()?;
        let (counts, reminders) = (self.facet_counts(shown.counts()?), self.due()?);
        Ok(Home { counts, role: me.role, needs_you, waiting, to_decide, reminders, more })
    }

    /// Works out what the first page says while the window is still coming up.
    pub(crate) fn prepare_home(&self) {
        let home = self.home().ok();
        *self.prepared_home.lock().unwrap_or_else(PoisonError::into_inner) = home;
    }

    /// The same, once, and not when the record may have been read since: then it is worked out anew.
    pub(crate) fn first_home(&self) -> Result<Home, Problem> {
        self.take_prepared_home().map_or_else(|| self.home(), Ok)
    }

    pub(crate) fn take_prepared_home(&self) -> Option<Home> {
        self.prepared_home.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Whether it is known which accounts the reader's unit has: they are kept, or were read to the end in this window.
    fn knows_unit(&self) -> bool {
        let read = |live: &store::Store| matches!(live.fact::<String>(Fact::ReadAt), Ok(Some(_)));
        self.keeps_unit() || self.live().is_some_and(|live| read(&live))
    }

    fn facet_counts(&self, counts: Counts) -> FacetCounts {
        let kinds = counts.kinds.into_iter().map(|(kind, n)| KindCount { kind, count: count(n) }).collect();
        let unit = self.knows_unit().then(|| count(counts.unit));
        FacetCounts { own: count(counts.own), uses: count(counts.uses), unit, kinds }
    }

    pub(crate) fn account(&self, id: &AccountId) -> Result<AccountView, Problem> {
        let shown = self.shown();
        let no_such = || Problem::new(ProblemCode::NoSuchAccount, "no account of that id is kept here");
        let stored = shown.account(id)?.ok_or_else(no_such)?;
        // What is shown live may be kept too, and then has a longer past.
        let kept = self.store.account(id)?.map(|kept| kept.first_seen);
        let history = self.past(id)?;
        let me = self.me();
        let may_not_change_access = self.may_ask(RequestKind::ChangeAccess, Some(&stored)).err();
        let Stored { account, standing, first_seen, seen_at } = stored;
        let first_seen = kept.unwrap_or(first_seen);
        let oldest = history.last().map(|oldest| oldest.before.clone());
        let open_requests = self.open_requests(&account.id)?;
        let seen_at = self.confirmed()?.at(&account.id, seen_at);
        Ok(AccountView {
            access: self.access(&me, &account),
            attention: self.needs(&me, &account),
            change_access_offered: self.offers_access(),
            may_not_change_access,
            open_requests,
            id: account.id,
            address: account.address,
            username: account.username,
            name: account.display_name,
            kind: account.kind,
            unit: account.unit.map(|unit| unit.name),
            standing,
            state: account.state,
            owner: account.owner,
            sign_in: account.sign_in,
            size: account.size,
            expires: account.expires.map(|at| at.to_string()),
            hidden_from_address_list: account.hidden_from_address_list,
            seen_at,
            last_modified: account.last_modified.map(|at| at.to_string()),
            history: history
                .into_iter()
                .map(|sighting| HistoryEntry {
                    before: sighting.before,
                    after: sighting.after,
                    changes: sighting.changes,
                })
                .collect(),
            // What was a colleague's and is the reader's own now was seen before it was kept.
            first_seen: oldest.filter(|oldest| *oldest < first_seen).unwrap_or(first_seen),
        })
    }

    /// What was seen to differ on an account, newest first: kept, or in this window where it is not kept.
    fn past(&self, id: &AccountId) -> Result<Vec<Sighting>, Problem> {
        let mut past = self.store.history(id)?;
        if let Some(live) = self.live() {
            // What is both kept and shown live was noted in both, at the same look.
            let mut seen = live.history(id)?;
            seen.retain(|sighting| past.iter().all(|kept| kept.after != sighting.after));
            past.append(&mut seen);
            past.sort_by(|one, other| other.after.cmp(&one.after));
        }
        Ok(past)
    }

    pub(crate) fn people(&self, search: &PeopleSearch) -> Result<PeoplePage, Problem> {
        let today = self.today();
        let query = PeopleQuery {
            text: search.query.clone(),
            facet: match search.facet {
                PeopleFacet::Everyone => store::PeopleFacet::Everyone,
                PeopleFacet::Leaving => store::PeopleFacet::Leaving,
                PeopleFacet::CanSend => store::PeopleFacet::CanSend,
            },
            horizon: today.saturating_add(LEAVING_SOON_DAYS.days()),
            offset: search.offset as usize,
            limit: usize::from(search.limit.min(MOST_ROWS)),
        };
        let found = self.shown().people(&query)?;
        Ok(PeoplePage {
            rows: found
                .rows
                .into_iter()
                .map(|found| PersonRow {
                    is_group: found.principal.kind == PrincipalKind::Group,
                    person: found.principal.who,
                    owns: count(found.owns),
                    uses: count(found.uses),
                })
                .collect(),
            offset: search.offset,
            total: count(found.total),
            everyone: count(found.counted.everyone),
            leaving: count(found.counted.leaving),
            can_send: count(found.counted.can_send),
        })
    }

    pub(crate) fn person(&self, id: &PersonId) -> Result<PersonView, Problem> {
        let no_such = || Problem::new(ProblemCode::NoSuchAccount, "nobody of that id is known here");
        let found = self.shown().person(id, PERSON_ACCOUNTS)?.ok_or_else(no_such)?;
        let me = self.me();
        let uses = found.uses.iter().map(|stored| {
            // Of whoever is signed in it is known which groups they are in, and what comes with them.
            let holds = |who: &PersonId| who == id || (*id == me.id && me.is(who.as_str()));
            let grants = stored.account.access.grants().iter().filter(|grant| holds(&grant.to.who.id));
            let (mut rights, mut groups) = (Vec::<RightId>::new(), Vec::new());
            for grant in grants {
                for right in &grant.rights {
                    if !rights.contains(right) {
                        rights.push(right.clone());
                    }
                }
                if grant.to.who.id != *id {
                    groups.push(grant.to.who.name.clone());
                }
            }
            let outcome = outcome(&self.profile().meanings(&rights));
            PersonGrant { account: self.row(&me, stored), outcome, rights, groups }
        });
        let confirmed = self.confirmed()?;
        let seen = found.owns.iter().chain(&found.uses);
        let seen_at = seen.map(|stored| confirmed.at(&stored.account.id, stored.seen_at.clone())).min();
        Ok(PersonView {
            id: id.clone(),
            is_group: found.principal.kind == PrincipalKind::Group,
            person: found.principal.who,
            owns: found.owns.iter().map(|stored| self.row(&me, stored)).collect(),
            uses: uses.collect(),
            seen_at: seen_at.or(confirmed.read_at).unwrap_or_default(),
        })
    }

    /// What the last reading to the end confirmed.
    pub(crate) fn confirmed(&self) -> Result<Confirmed, Problem> {
        Ok(Confirmed { read_at: self.freshness().read_at, not: unreadable(&self.store)? })
    }

    /// The day at the institution.
    fn today(&self) -> Date {
        self.now().to_zoned(self.profile().zone()).date()
    }

    fn needs(&self, me: &Me, account: &Account) -> Vec<Attention> {
        attention(account, me, self.now(), &self.profile().zone())
    }

    fn row(&self, me: &Me, stored: &Stored) -> AccountRow {
        self.line(Line::from(&stored.account), stored.standing, self.first_need(me, &stored.account))
    }

    fn listed(&self, me: &Me, Listed { line, standing, needs }: Listed) -> AccountRow {
        let attention = needs.and_then(|account| self.first_need(me, &account));
        self.line(line, standing, attention)
    }

    fn line(&self, line: Line, standing: Standing, attention: Option<Attention>) -> AccountRow {
        let people = line.people().filter(|people| self.tells_who(&line.kind, *people));
        AccountRow {
            has_address: line.address.is_some(),
            owner: line.owner().map(str::to_owned),
            people: people.map(count),
            id: line.id,
            label: line.address.unwrap_or(line.username),
            name: line.display_name,
            kind: line.kind,
            state: line.state,
            standing,
            attention,
        }
    }

    fn first_need(&self, me: &Me, account: &Account) -> Option<Attention> {
        self.needs(me, account).into_iter().next()
    }

    fn usage(&self, kind: &KindId) -> Option<Usage> {
        self.profile().kind(kind).map(|kind| kind.used_by)
    }

    /// Whether a list of `grants` grants says who can use an account of `kind`. Where nobody is given rights, an empty one
    /// says nothing of a kind that the institution's file does not name.
    fn tells_who(&self, kind: &KindId, grants: usize) -> bool {
        match self.usage(kind) {
            Some(usage) => usage != Usage::SharedSignIn,
            None => grants > 0 || !self.profile().rights.is_empty(),
        }
    }

    fn access(&self, me: &Me, account: &Account) -> AccessView {
        // Where a kind is opened with a shared password, no list of grants says who can open it.
        if self.usage(&account.kind) == Some(Usage::SharedSignIn) {
            return AccessView::SharedSignIn;
        }
        let view = |grant: &Grant| grant_view(self.profile(), me, grant);
        match &account.access {
            Access::All(grants) if !self.tells_who(&account.kind, grants.len()) => AccessView::NotShown,
            Access::All(grants) => {
                let sends = |grant: &&Grant| can_send(&self.profile().meanings(&grant.rights));
                let can_send = grants.iter().filter(sends).count();
                AccessView::All { grants: grants.iter().map(view).collect(), can_send: count(can_send) }
            }
            Access::Own(grants) => AccessView::Own { grants: grants.iter().map(view).collect() },
            Access::NotShown => AccessView::NotShown,
        }
    }
}

/// A reading to the end, which confirms every account, also those that did not change, but not those that it could not
/// read.
pub(crate) struct Confirmed {
    read_at: Option<String>,
    not: Unreadable,
}

impl Confirmed {
    /// When `account`, stored at `seen_at`, was last seen as it is shown.
    pub(crate) fn at(&self, account: &AccountId, seen_at: String) -> String {
        let read_at = self.not.get(account).unwrap_or(&self.read_at);
        read_at.clone().filter(|read_at| *read_at > seen_at).unwrap_or(seen_at)
    }
}

fn grant_view(profile: &Profile, me: &Me, grant: &Grant) -> GrantView {
    GrantView {
        outcome: outcome(&profile.meanings(&grant.rights)),
        unknown: grant.rights.iter().filter(|right| profile.right(right).is_none()).cloned().collect(),
        mine: me.is(grant.to.who.id.as_str()),
        grant: grant.clone(),
    }
}

pub(crate) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The profile as screens need it.
pub(crate) fn institution(profile: &Profile) -> InstitutionView {
    InstitutionView {
        id: profile.id.clone(),
        name: profile.name.clone(),
        short_name: profile.short_name.clone(),
        locale: profile.locale,
        time_zone: profile.time_zone.clone(),
        offline_days: profile.offline_days,
        words: profile.words.clone(),
        kinds: profile.kinds.clone(),
        rights: profile.rights.clone(),
        ownership: profile.ownership.clone(),
        usernames: profile.usernames.clone(),
        mfa: profile.mfa.clone(),
        duty_of_care: profile.duty_of_care.clone(),
        uses: profile.uses.clone(),
        contacts: profile.contacts.clone(),
        campus_network: profile.campus_network.clone(),
        calendar_sharing: profile.calendar_sharing.clone(),
        sources: profile.sources.clone(),
        differences: profile.differences.clone(),
    }
}

#[cfg(test)]
mod tests;
