//! JSON taken in one pass, straight into types, with everything tolerated that real servers do: attribute names in any
//! case (RFC 7643 section 2.1), unknown attributes, `null`, numbers and truth values as text, one value where a list is
//! due. What has the wrong shape becomes the type's default; only broken JSON is an error.

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::{borrow::Cow, fmt, marker::PhantomData};

/// How a value is made of what JSON can hold. What a type does not name becomes its default.
pub(crate) trait Loose: Default {
    fn text(_: &str) -> Self {
        Self::default()
    }

    fn whole(_: u64) -> Self {
        Self::default()
    }

    fn truth(_: bool) -> Self {
        Self::default()
    }

    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Self, A::Error> {
        skip_list(list).map(|()| Self::default())
    }

    fn object<'de, A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        skip_object(object).map(|()| Self::default())
    }
}

pub(crate) fn skip_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

pub(crate) fn skip_object<'de, A: MapAccess<'de>>(mut object: A) -> Result<(), A::Error> {
    while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Reads one JSON document.
pub(crate) fn read<T: Loose>(json: &str) -> Result<T, serde_json::Error> {
    let mut source = serde_json::Deserializer::from_str(json);
    let value = As::<T>::here().deserialize(&mut source)?;
    source.end()?;
    Ok(value)
}

/// Reads a `T` at one place of a document.
pub(crate) struct As<T>(PhantomData<T>);

impl<T> As<T> {
    pub(crate) fn here() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Loose> DeserializeSeed<'de> for As<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<T, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de, T: Loose> Visitor<'de> for As<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::text(text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<T, E> {
        Ok(T::whole(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<T, E> {
        Ok(u64::try_from(number).map_or_else(|_| T::default(), T::whole))
    }

    fn visit_f64<E>(self, number: f64) -> Result<T, E> {
        // 12.0 is 12 to JSON. Display writes whole numbers without a point, so nothing is cast.
        Ok(number.to_string().parse().map_or_else(|_| T::default(), T::whole))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<T, E> {
        Ok(T::truth(truth))
    }

    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T, A::Error> {
        T::list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<T, A::Error> {
        T::object(object)
    }
}

/// An attribute's name, borrowed wherever the JSON allows.
pub(crate) struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Self::Value, D::Error> {
        source.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

/// A multi-valued attribute. More values than the cap are read past, not kept.
#[derive(Debug, Default, PartialEq)]
pub(crate) enum Many<T> {
    /// Absent or `null`.
    #[default]
    Unsaid,
    Are(Vec<T>),
    /// Not a list, or more than [`Many::CAP`] values.
    Unusable,
}

impl<T> Many<T> {
    pub(crate) const CAP: usize = 5_000;

    /// The values, none where nothing usable was said.
    pub(crate) fn or_none(self) -> Vec<T> {
        match self {
            Self::Are(values) => values,
            Self::Unsaid | Self::Unusable => Vec::new(),
        }
    }
}

impl<T: Loose> Loose for Many<T> {
    fn text(text: &str) -> Self {
        Self::Are(vec![T::text(text)])
    }

    fn whole(_: u64) -> Self {
        Self::Unusable
    }

    fn truth(_: bool) -> Self {
        Self::Unusable
    }

    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(As::<T>::here())? {
            if values.len() == Self::CAP {
                return skip_list(list).map(|()| Self::Unusable);
            }
            values.push(value);
        }
        Ok(Self::Are(values))
    }

    fn object<'de, A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        Ok(Self::Are(vec![T::object(object)?]))
    }
}

/// Refuses a document whose outermost value is no object.
#[derive(Default)]
pub(crate) struct Whole<T>(pub(crate) T);

impl<T: Loose> Loose for Whole<T> {
    fn list<'de, A: SeqAccess<'de>>(_: A) -> Result<Self, A::Error> {
        Err(A::Error::custom("an object was due"))
    }

    fn object<'de, A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        T::object(object).map(Self)
    }
}

/// Declares a SCIM object: `field: type = "attributeName"`. With `or text`, a bare string stands for the object.
macro_rules! scim {
    ($(#[$about:meta])* struct $name:ident $(or text $of:path)? {
        $($(#[$doc:meta])* $field:ident: $kind:ty = $attribute:literal,)+
    }) => {
        $(#[$about])*
        #[derive(Debug, Default)]
        pub(crate) struct $name { $($(#[$doc])* pub(crate) $field: $kind,)+ }

        impl $crate::loose::Loose for $name {
            $(fn text(text: &str) -> Self { $of(text) })?

            fn object<'de, A: serde::de::MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
                let mut this = Self::default();
                while let Some(name) = object.next_key_seed($crate::loose::Name)? {
                    $(if name.eq_ignore_ascii_case($attribute) {
                        this.$field = object.next_value_seed($crate::loose::As::<$kind>::here())?;
                        continue;
                    })+
                    object.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(this)
            }
        }
    };
}
pub(crate) use scim;
