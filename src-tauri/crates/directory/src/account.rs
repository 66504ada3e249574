//! A SecondaryAccount resource and how it becomes an [`Account`].

use crate::{
    loose::{Loose, Many, scim, skip_list, skip_object},
    text::{Exact, Named, PointsToGroup, one_of},
};
use accounts::{
    Access, Account, AccountId, AccountState, Grant, KindId, MailboxSize, Mfa, PersonId, PersonRef,
    Principal, PrincipalKind, RightId, SignInFact,
};
use jiff::{Timestamp, civil::Date};
use serde::de::{MapAccess, SeqAccess};

scim! {
    /// A SecondaryAccount resource, as far as this program wants to know of it.
    struct Resource {
        id: Exact = "id",
        username: Exact = "userName",
        address: Exact = "address",
        display_name: Option<String> = "displayName",
        kind: Exact = "kind",
        unit: Named = "unit",
        owner: Member = "owner",
        grants: Many<Member> = "grants",
        grants_shown: Extent = "grantsShown",
        state: Option<AccountState> = "state",
        sign_in: SignIn = "signIn",
        mailbox: Mailbox = "mailbox",
        expires: Option<Timestamp> = "expires",
        hidden: Option<bool> = "hiddenFromAddressList",
        meta: Meta = "meta",
    }
}

scim! {
    struct Meta {
        version: Exact = "version",
        last_modified: Option<Timestamp> = "lastModified",
    }
}

scim! {
    /// An owner or the holder of a grant. What else a server tells about a person is not read at all.
    struct Member or text Member::of {
        value: Exact = "value",
        reference: PointsToGroup = "$ref",
        kind: Option<PrincipalKind> = "type",
        display: Option<String> = "display",
        username: Option<String> = "userName",
        unit: Named = "unit",
        leaves_on: Option<Date> = "leavesOn",
        active: Option<bool> = "active",
        rights: Many<Named> = "rights",
    }
}

scim! {
    struct SignIn {
        enabled: Option<bool> = "enabled",
        mfa: Option<Mfa> = "mfa",
    }
}

scim! {
    struct Mailbox {
        bytes: Option<u64> = "bytes",
        quota: Option<u64> = "quotaBytes",
        measured: Option<Timestamp> = "measured",
    }
}

/// How much of the grants this reader is shown, by the directory's own word.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) enum Extent {
    #[default]
    Unsaid,
    All,
    Own,
    None,
    /// A word that this program does not know. It is not taken for "all".
    Unknown,
}

impl Loose for Extent {
    fn text(text: &str) -> Self {
        one_of(text, &[("all", Self::All), ("own", Self::Own), ("none", Self::None)]).unwrap_or(Self::Unknown)
    }

    fn whole(_: u64) -> Self {
        Self::Unknown
    }

    fn truth(_: bool) -> Self {
        Self::Unknown
    }

    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Self, A::Error> {
        skip_list(list).map(|()| Self::Unknown)
    }

    fn object<'de, A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        skip_object(object).map(|()| Self::Unknown)
    }
}

impl Loose for Option<AccountState> {
    fn text(text: &str) -> Self {
        let words = [
            ("active", AccountState::Active),
            ("neverActivated", AccountState::NeverActivated),
            ("suspended", AccountState::Suspended),
        ];
        one_of(text, &words)
    }
}

impl Loose for Option<Mfa> {
    fn text(text: &str) -> Self {
        one_of(text, &[("on", Mfa::On), ("off", Mfa::Off), ("notConcerned", Mfa::NotConcerned)])
    }
}

/// What a resource came to.
#[derive(Debug)]
pub(crate) enum Taken {
    /// The account, boxed: it is much larger than the others.
    Account(Box<Account>),
    /// Only the identifier and version, because no more was asked for.
    Id(AccountId, Option<String>),
    /// It exists under this identifier, but it cannot be shown as it is.
    Unreadable(AccountId, Option<String>),
    /// Not even an identifier.
    Nameless,
}

impl Taken {
    pub(crate) fn id(&self) -> Option<&str> {
        match self {
            Self::Account(account) => Some(account.id.as_str()),
            Self::Id(id, _) | Self::Unreadable(id, _) => Some(id.as_str()),
            Self::Nameless => None,
        }
    }

    pub(crate) fn is_unreadable(&self) -> bool {
        matches!(self, Self::Unreadable(..) | Self::Nameless)
    }
}

impl Resource {
    /// What can be made of it. With `ids_only` nothing but identifier and version is looked at.
    pub(crate) fn take(self, ids_only: bool) -> Taken {
        let Exact::Is(id) = self.id else { return Taken::Nameless };
        let id = AccountId(id);
        let version = self.meta.version.known();
        if ids_only {
            return Taken::Id(id, version);
        }
        let address_too_long = self.address == Exact::TooLong;
        let address = self.address.known();
        // A directory that keeps no usernames signs people in by address.
        let username = match self.username {
            Exact::Is(username) => Some(username),
            Exact::Absent => address.clone(),
            Exact::TooLong => None,
        };
        let (Some(username), Some(access), false) =
            (username, access(self.grants, self.grants_shown), address_too_long)
        else {
            return Taken::Unreadable(id, version);
        };
        let display_name = self.display_name.or_else(|| address.clone()).unwrap_or_else(|| username.clone());
        let sign_in = self
            .sign_in
            .enabled
            .map(|enabled| SignInFact { enabled, mfa: self.sign_in.mfa.unwrap_or(Mfa::NotKnown) });
        let size = self.mailbox.bytes.map(|bytes| MailboxSize {
            bytes,
            quota_bytes: self.mailbox.quota,
            measured: self.mailbox.measured,
        });
        Taken::Account(Box::new(Account {
            id,
            address,
            username,
            display_name,
            // No kind of any profile has an empty name, so this one is shown as not known.
            kind: KindId(self.kind.known().unwrap_or_default()),
            unit: self.unit.unit(),
            owner: self.owner.principal(),
            access,
            state: self.state.unwrap_or(AccountState::NotKnown),
            sign_in,
            size,
            expires: self.expires,
            hidden_from_address_list: self.hidden,
            version,
            last_modified: self.meta.last_modified,
        }))
    }
}

/// Who has access, or `None` where a grant cannot be read: a list with a gap would pass for a whole one.
fn access(grants: Many<Member>, shown: Extent) -> Option<Access> {
    if matches!(shown, Extent::None) {
        return Some(Access::NotShown);
    }
    let said = match grants {
        Many::Unsaid => None,
        Many::Are(members) => Some(members.into_iter().map(Member::grant).collect::<Option<Vec<_>>>()?),
        Many::Unusable => return None,
    };
    Some(match (shown, said) {
        (Extent::All, said) => Access::All(said.unwrap_or_default()),
        (Extent::Own, said) => Access::Own(said.unwrap_or_default()),
        (Extent::Unsaid, Some(grants)) => Access::All(grants),
        (Extent::Unknown, Some(grants)) => Access::Own(grants),
        (Extent::None | Extent::Unsaid | Extent::Unknown, _) => Access::NotShown,
    })
}

impl Member {
    fn of(text: &str) -> Self {
        Self { value: Exact::text(text), ..Self::default() }
    }

    fn principal(self) -> Option<Principal> {
        let id = self.value.known()?;
        let kind =
            self.kind.unwrap_or(if self.reference.0 { PrincipalKind::Group } else { PrincipalKind::Person });
        let name = self.display.or_else(|| self.username.clone()).unwrap_or_else(|| id.clone());
        let who = PersonRef {
            id: PersonId(id),
            name,
            username: self.username,
            unit: self.unit.name(),
            leaves_on: self.leaves_on,
            has_left: self.active == Some(false),
        };
        Some(Principal { kind, who })
    }

    fn grant(mut self) -> Option<Grant> {
        let rights = match std::mem::take(&mut self.rights) {
            Many::Unsaid => Vec::new(),
            Many::Are(rights) => {
                rights.into_iter().map(|right| right.value.known().map(RightId)).collect::<Option<_>>()?
            }
            Many::Unusable => return None,
        };
        Some(Grant { to: self.principal()?, rights })
    }
}
