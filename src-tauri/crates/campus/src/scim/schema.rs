//! The schemas of this directory, as the institution's kinds and rights make them.

use super::attribute::Attribute;
use crate::institution::{Institution, Style};

pub(super) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(crate) const USER_EXTENSION: &str = "urn:secondary-accounts:params:scim:schemas:extension:1.0:User";
pub(super) const ACCOUNT: &str = "urn:secondary-accounts:params:scim:schemas:core:1.0:SecondaryAccount";

#[derive(Debug)]
pub(super) struct Schema {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) attributes: Vec<Attribute>,
}

impl Schema {
    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }
}

/// Every schema, with the attributes that each resource has in common (RFC 7643 section 3.1).
#[derive(Debug)]
pub(crate) struct Schemas {
    pub(super) common: Schema,
    pub(super) user: Schema,
    pub(super) user_extension: Schema,
    pub(super) account: Schema,
}

impl Schemas {
    pub(crate) fn of(institution: &Institution) -> Self {
        Self {
            common: common(),
            user: user(),
            user_extension: user_extension(),
            account: account(institution),
        }
    }
}

fn common() -> Schema {
    let meta = vec![
        Attribute::text("resourceType", "Name of the resource type.").exact(),
        Attribute::moment("created", "When it was made."),
        Attribute::moment("lastModified", "When it last changed."),
        Attribute::reference("location", &["uri"], "Its address."),
        Attribute::text("version", "Its entity tag.").exact(),
    ];
    Schema {
        id: "",
        name: "Common",
        description: "",
        attributes: vec![
            Attribute::reference("schemas", &["uri"], "The schemas of the resource.").many().always(),
            Attribute::text("id", "Given by the directory.").exact().unique().read_only().always(),
            Attribute::text("externalId", "Given by the provisioning side.").exact(),
            Attribute::complex("meta", meta, "Facts on the resource itself.").read_only(),
        ],
    }
}

fn named(name: &'static str, description: &'static str) -> Attribute {
    let parts = vec![
        Attribute::text("value", "Identifier of the unit.").required().exact(),
        Attribute::text("display", "The name that people use for it."),
    ];
    Attribute::complex(name, parts, description)
}

fn user() -> Schema {
    let role = vec![
        Attribute::text("value", "What the person may do.").required().one_of(["it-officer", "service-desk"]),
    ];
    let group = vec![
        Attribute::text("value", "Identifier of the group.").exact(),
        Attribute::text("display", "Name of the group."),
    ];
    Schema {
        id: USER,
        name: "User",
        description: "A person",
        attributes: vec![
            Attribute::text("userName", "What the person signs in with.").required().unique(),
            Attribute::text("displayName", "The person's name."),
            Attribute::flag("active", "Whether the person is still here."),
            Attribute::complex("roles", role, "What the person may do beyond their own accounts.").many(),
            Attribute::complex("groups", group, "Groups that the person is in.").many().read_only(),
        ],
    }
}

fn user_extension() -> Schema {
    Schema {
        id: USER_EXTENSION,
        name: "UniversityUser",
        description: "What a university knows of a person beyond the core",
        attributes: vec![
            named("unit", "The unit that the person belongs to."),
            // Given with the office, by people: no feed hands out other people's accounts.
            named("heldUnits", "Units whose accounts the person looks after.").many().read_only(),
            Attribute::text("leavesOn", "Last day here. Absent: not known. 9999-12-31: no end.").day(),
            Attribute::text("category", "Such as staff or student."),
        ],
    }
}

/// The parts of an owner or of a grant's holder. What is left out follows from the identifier.
fn principal() -> Vec<Attribute> {
    vec![
        Attribute::text("value", "Identifier of the person or group.").required().exact(),
        Attribute::reference("$ref", &["User"], "Address of the person."),
        Attribute::text("type", "Person, or Group for a group of people.").exact().such_as("Person"),
        Attribute::text("display", "Name."),
        Attribute::text("userName", "Username of a person."),
        Attribute::text("unit", "Name of the unit."),
        Attribute::text("leavesOn", "Last day here, where the reader may know it.").day(),
        Attribute::flag("active", "False: has left."),
    ]
}

fn account(institution: &Institution) -> Schema {
    let mut held = principal();
    held.push(
        Attribute::text("rights", "What the holder may do.")
            .many()
            .exact()
            .one_of(institution.rights.iter().map(|right| right.id.as_str())),
    );
    let grants = Attribute::complex("grants", held, "Who can use the account.").many();
    // Where accounts are opened with their own password, no record can say who knows it.
    let grants = if institution.style == Style::SharedSignIn { grants.read_only() } else { grants };
    let sign_in = vec![
        Attribute::flag("enabled", "Whether it can be signed in to."),
        Attribute::text("mfa", "Whether a second factor is set up.").exact().one_of([
            "on",
            "off",
            "notConcerned",
        ]),
    ];
    let mailbox = vec![
        Attribute::number("bytes", "Size in bytes."),
        Attribute::number("quotaBytes", "Limit in bytes."),
        Attribute::moment("measured", "When the mail service measured it.").read_only(),
    ];
    let states = ["active", "neverActivated", "suspended"];
    Schema {
        id: ACCOUNT,
        name: "SecondaryAccount",
        description: "A shared mailbox, a sign-in, both, a room or a piece of equipment",
        attributes: vec![
            Attribute::text("userName", "Username of the account.").required().unique(),
            Attribute::text("address", "E-mail address, where it has a mailbox.").unique(),
            Attribute::text("displayName", "Name that outgoing mail shows."),
            Attribute::text("kind", "Kind of account.")
                .required()
                .exact()
                .one_of(institution.kinds.iter().map(|kind| kind.id.as_str())),
            named("unit", "The unit that it belongs to."),
            Attribute::complex("owner", principal(), "Who answers for it."),
            grants,
            Attribute::text("grantsShown", "How much of grants the reader is shown.")
                .exact()
                .one_of(["all", "own", "none"])
                .read_only(),
            Attribute::text("state", "State of the account.").exact().one_of(states),
            Attribute::complex("signIn", sign_in, "The account's own sign-in."),
            Attribute::complex("mailbox", mailbox, "Size of the mailbox."),
            Attribute::text("expires", "Moment at which it stops working unless renewed.").moment_text(),
            Attribute::flag("hiddenFromAddressList", "Whether the address list leaves it out."),
        ],
    }
}
