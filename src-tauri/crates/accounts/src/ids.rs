//! Identifiers. Each is opaque: given by a directory or a profile, compared byte by byte, never parsed.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(/// A secondary account's `id` in the directory (RFC 7643 section 3.1).
    AccountId);
id!(/// A person's `id` in the directory (RFC 7643 section 3.1). Not a username.
    PersonId);
id!(/// A group's `id` in the directory.
    GroupId);
id!(/// A unit (department, college, service) as the directory names it.
    UnitId);
id!(/// A kind of account, as the institution's profile names it, such as `mailbox-only`.
    KindId);
id!(/// A right, as the institution's profile names it, such as `full-access`.
    RightId);
