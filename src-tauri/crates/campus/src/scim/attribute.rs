//! What a schema says of an attribute (RFC 7643 sections 2 and 7).

use crate::json::set;
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    String,
    Boolean,
    Integer,
    DateTime,
    Reference,
    Complex,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mutability {
    ReadWrite,
    ReadOnly,
}

/// A rule for text beyond its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Free,
    /// A day: `2026-12-04`.
    Day,
    /// A moment: `2026-12-04T12:00:00Z`.
    Moment,
    /// One of the canonical values and nothing else.
    Closed,
}

#[derive(Debug, Clone)]
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) kind: Type,
    pub(super) description: &'static str,
    pub(super) multi_valued: bool,
    pub(super) required: bool,
    pub(super) case_exact: bool,
    pub(super) mutability: Mutability,
    pub(super) always_returned: bool,
    pub(super) unique: bool,
    pub(super) form: Form,
    pub(super) canonical: Vec<String>,
    pub(super) references: &'static [&'static str],
    pub(super) parts: Vec<Attribute>,
}

impl Attribute {
    fn new(name: &'static str, kind: Type, description: &'static str) -> Self {
        Self {
            name,
            kind,
            description,
            multi_valued: false,
            required: false,
            case_exact: false,
            mutability: Mutability::ReadWrite,
            always_returned: false,
            unique: false,
            form: Form::Free,
            canonical: Vec::new(),
            references: &[],
            parts: Vec::new(),
        }
    }

    pub(super) fn text(name: &'static str, description: &'static str) -> Self {
        Self::new(name, Type::String, description)
    }

    pub(super) fn flag(name: &'static str, description: &'static str) -> Self {
        Self::new(name, Type::Boolean, description)
    }

    pub(super) fn number(name: &'static str, description: &'static str) -> Self {
        Self::new(name, Type::Integer, description)
    }

    pub(super) fn moment(name: &'static str, description: &'static str) -> Self {
        Self::new(name, Type::DateTime, description)
    }

    pub(super) fn reference(
        name: &'static str,
        to: &'static [&'static str],
        description: &'static str,
    ) -> Self {
        Self { references: to, case_exact: true, ..Self::new(name, Type::Reference, description) }
    }

    pub(super) fn complex(name: &'static str, parts: Vec<Self>, description: &'static str) -> Self {
        Self { parts, ..Self::new(name, Type::Complex, description) }
    }

    pub(super) fn many(self) -> Self {
        Self { multi_valued: true, ..self }
    }

    pub(super) fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub(super) fn exact(self) -> Self {
        Self { case_exact: true, ..self }
    }

    pub(super) fn unique(self) -> Self {
        Self { unique: true, ..self }
    }

    pub(super) fn always(self) -> Self {
        Self { always_returned: true, ..self }
    }

    /// Set by the campus; what a client sends for it is passed over (RFC 7644 section 3.3).
    pub(super) fn read_only(self) -> Self {
        let parts = self.parts.into_iter().map(Self::read_only).collect();
        Self { mutability: Mutability::ReadOnly, parts, ..self }
    }

    pub(super) fn one_of<T: Into<String>>(self, values: impl IntoIterator<Item = T>) -> Self {
        Self { form: Form::Closed, canonical: values.into_iter().map(Into::into).collect(), ..self }
    }

    /// A day. The value that stands for "no end" is suggested.
    pub(super) fn day(self) -> Self {
        Self { form: Form::Day, canonical: vec!["9999-12-31".into()], ..self }
    }

    /// A moment as text. The value that stands for "no end" is suggested.
    pub(super) fn moment_text(self) -> Self {
        Self { form: Form::Moment, case_exact: true, canonical: vec!["9999-01-01T00:00:00Z".into()], ..self }
    }

    /// Suggests a value without ruling out others.
    pub(super) fn such_as(self, value: &str) -> Self {
        Self { canonical: vec![value.to_owned()], ..self }
    }

    pub(super) fn is_read_only(&self) -> bool {
        self.mutability == Mutability::ReadOnly
    }

    pub(super) fn part(&self, name: &str) -> Option<&Self> {
        self.parts.iter().find(|part| part.name.eq_ignore_ascii_case(name))
    }

    /// The definition as `/Schemas` shows it.
    pub(super) fn definition(&self) -> Value {
        let kind = match self.kind {
            Type::String => "string",
            Type::Boolean => "boolean",
            Type::Integer => "integer",
            Type::DateTime => "dateTime",
            Type::Reference => "reference",
            Type::Complex => "complex",
        };
        let mut definition = json!({
            "name": self.name,
            "type": kind,
            "multiValued": self.multi_valued,
            "description": self.description,
            "required": self.required,
            "mutability": if self.is_read_only() { "readOnly" } else { "readWrite" },
            "returned": if self.always_returned { "always" } else { "default" },
        });
        if matches!(self.kind, Type::String | Type::Reference) {
            set(&mut definition, "caseExact", self.case_exact.into());
            set(&mut definition, "uniqueness", if self.unique { "server" } else { "none" }.into());
        }
        if !self.canonical.is_empty() {
            set(&mut definition, "canonicalValues", self.canonical.clone().into());
        }
        if !self.references.is_empty() {
            set(&mut definition, "referenceTypes", self.references.into());
        }
        if self.kind == Type::Complex {
            set(&mut definition, "subAttributes", self.parts.iter().map(Self::definition).collect());
        }
        definition
    }
}
