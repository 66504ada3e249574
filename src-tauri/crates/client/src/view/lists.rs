//! Lists, and what is behind a line of them.

use accounts::{
    AccountId, AccountState, Attention, Change, Grant, KindId, MailboxSize, MayNotAsk, Outcome, PersonId,
    PersonRef, Principal, RightId, Role, SignInFact, Standing,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which accounts to list.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Search {
    pub query: String,
    /// With none of own, use and unit chosen, all that is stored is searched.
    pub own: bool,
    #[serde(rename = "use")]
    pub uses: bool,
    pub unit: bool,
    pub kind: Option<KindId>,
    pub offset: u32,
    /// At most 200.
    pub limit: u16,
}

/// A stretch of the list, and how many there are in all.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AccountPage {
    pub rows: Vec<AccountRow>,
    pub offset: u32,
    pub total: u32,
    pub counts: FacetCounts,
}

/// How many accounts each facet holds, whatever is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FacetCounts {
    pub own: u32,
    #[serde(rename = "use")]
    pub uses: u32,
    /// `None`: the unit is neither kept nor read to its end in this window.
    pub unit: Option<u32>,
    pub kinds: Vec<KindCount>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KindCount {
    pub kind: KindId,
    pub count: u32,
}

/// One line of the list. `group` says under which heading it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AccountRow {
    pub id: AccountId,
    /// Address, or the username where there is no mailbox.
    pub label: String,
    pub has_address: bool,
    pub name: String,
    pub kind: KindId,
    pub state: AccountState,
    pub standing: Standing,
    pub owner: Option<String>,
    /// How many people have access. `None` where the reader is not shown.
    pub people: Option<u32>,
    /// What most needs the reader, where anything does.
    pub attention: Option<Attention>,
}

/// One account, whole.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AccountView {
    pub id: AccountId,
    pub address: Option<String>,
    pub username: String,
    pub name: String,
    pub kind: KindId,
    pub unit: Option<String>,
    pub standing: Standing,
    pub state: AccountState,
    pub owner: Option<Principal>,
    pub access: AccessView,
    pub sign_in: Option<SignInFact>,
    pub size: Option<MailboxSize>,
    pub expires: Option<String>,
    pub hidden_from_address_list: Option<bool>,
    pub attention: Vec<Attention>,
    /// Whether the institution has a desk that can be asked to change who has access.
    pub change_access_offered: bool,
    /// Why this reader may not ask for it.
    pub may_not_change_access: Option<MayNotAsk>,
    /// The reader's own requests about it that are not finished.
    pub open_requests: Vec<super::RequestRow>,
    /// When this computer last read it from the record.
    pub seen_at: String,
    /// The directory's own date of its last change.
    pub last_modified: Option<String>,
    pub history: Vec<HistoryEntry>,
    /// Since when this computer has known the account.
    pub first_seen: String,
}

/// Who can use an account, as the People tab draws it.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "shown")]
pub enum AccessView {
    /// Everyone. An empty list means nobody but the owner.
    All { grants: Vec<GrantView>, can_send: u32 },
    /// The reader's own rights; the rest is for the owner and IT.
    Own { grants: Vec<GrantView> },
    /// The directory did not say, or its list says nothing of this kind of account. Not the same as nobody.
    NotShown,
    /// Opened with its own username and password: no record can show who knows it.
    SharedSignIn,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GrantView {
    #[serde(flatten)]
    pub grant: Grant,
    pub outcome: Outcome,
    /// Rights that the profile does not know, by the directory's own names.
    pub unknown: Vec<RightId>,
    /// The grant is the reader's own, or of a group the reader is in.
    pub mine: bool,
}

/// Something that differed between two looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// The look that still had it as before, RFC 3339.
    pub before: String,
    /// The look that first had it as after, RFC 3339.
    pub after: String,
    pub changes: Vec<Change>,
}

/// Which people to list.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PeopleSearch {
    pub query: String,
    pub facet: PeopleFacet,
    pub offset: u32,
    pub limit: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum PeopleFacet {
    Everyone,
    /// Leaving soon, or already left.
    Leaving,
    CanSend,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PeoplePage {
    pub rows: Vec<PersonRow>,
    pub offset: u32,
    pub total: u32,
    pub everyone: u32,
    pub leaving: u32,
    pub can_send: u32,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonRow {
    pub person: PersonRef,
    pub is_group: bool,
    pub owns: u32,
    pub uses: u32,
}

/// One person's access, across the accounts that the reader may see.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonView {
    pub id: PersonId,
    pub person: PersonRef,
    pub is_group: bool,
    pub owns: Vec<AccountRow>,
    pub uses: Vec<PersonGrant>,
    pub seen_at: String,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonGrant {
    pub account: AccountRow,
    pub rights: Vec<RightId>,
    pub outcome: Outcome,
    /// The groups that bring it, or part of it, by name.
    pub groups: Vec<String>,
}

/// The first page: counts, and what needs the reader.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Home {
    pub counts: FacetCounts,
    pub role: Role,
    pub needs_you: Vec<NeedsYou>,
    /// Requests of the reader's that wait for them, the newest change first.
    pub waiting: Vec<super::RequestRow>,
    /// Requests of others that wait for the reader's decision, as far as the desk said.
    pub to_decide: u32,
    /// Requests of the reader's whose day has come.
    pub reminders: Vec<super::DueReminder>,
    /// How many more there are beyond those listed, at least: of accounts far down each counts once.
    pub more: u32,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NeedsYou {
    pub account: AccountRow,
    pub attention: Attention,
}

/// A service desk look-up: asked of the directory now, shown, and not kept (O15).
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LookUp {
    pub query: String,
    pub found: Vec<FoundAccount>,
    /// More matched than are shown.
    pub more: bool,
    /// RFC 3339.
    pub asked_at: String,
}

#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundAccount {
    pub label: String,
    pub has_address: bool,
    pub name: String,
    pub kind: KindId,
    pub unit: Option<String>,
    pub owner: Option<Principal>,
}
