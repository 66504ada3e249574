//! serde over a TOML tree: values are walked in the order in which they stand in the file, so that of two mistakes the
//! first one is told.

use super::fault::Fault;
use serde::{
    Deserializer,
    de::{
        self, DeserializeSeed, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
        VariantAccess, Visitor,
    },
    forward_to_deserialize_any,
};
use std::{fmt, marker::PhantomData};
use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};

#[derive(Clone, Copy)]
pub(super) struct Node<'d, 'i> {
    value: &'d Spanned<DeValue<'i>>,
}

impl<'d, 'i> Node<'d, 'i> {
    pub(super) fn new(value: &'d Spanned<DeValue<'i>>) -> Self {
        Self { value }
    }

    fn place(self) -> impl Fn(Fault) -> Fault {
        let span = self.value.span();
        move |fault| fault.at(&span)
    }
}

impl<'de> Deserializer<'de> for Node<'de, '_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value.get_ref() {
            DeValue::String(text) => visitor.visit_borrowed_str(text),
            DeValue::Boolean(value) => visitor.visit_bool(*value),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => visitor.visit_i64(number),
                Err(_) => Err(Fault::invalid_type(Unexpected::Other("a number too large to read"), &visitor)),
            },
            DeValue::Float(number) => match number.as_str().parse() {
                Ok(number) => visitor.visit_f64(number),
                Err(_) => Err(Fault::invalid_type(Unexpected::Other("a number too large to read"), &visitor)),
            },
            DeValue::Datetime(_) => {
                Err(Fault::invalid_type(Unexpected::Other("a date without quotes"), &visitor))
            }
            DeValue::Array(list) => visitor.visit_seq(Items { rest: list.iter() }),
            DeValue::Table(table) => visitor.visit_map(Fields::new(table)),
        }
        .map_err(self.place())
    }

    // TOML has no null: what stands there is there.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    /// A choice is text; one that carries fields is a table with the choice as its only key.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let place = self.place();
        match self.value.get_ref() {
            DeValue::String(text) => visitor.visit_enum(Choice { name: text, content: None }),
            DeValue::Table(table) => {
                let mut entries = table.iter();
                match (entries.next(), entries.next()) {
                    (Some((key, value)), None) => {
                        let content = Some(Node::new(value));
                        visitor.visit_enum(Choice { name: key.get_ref(), content })
                    }
                    _ => Err(Fault::custom(format!("it has to be one of {}", variants.join(", ")))),
                }
            }
            _ => {
                let expected =
                    variants.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
                let expected = format!("one of {expected}");
                self.deserialize_any(Unfitting { expected: &expected, never: PhantomData })
            }
        }
        .map_err(place)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct Items<'d, 'i> {
    rest: std::slice::Iter<'d, Spanned<DeValue<'i>>>,
}

impl<'d> SeqAccess<'d> for Items<'d, '_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'d>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        self.rest.next().map(|value| seed.deserialize(Node::new(value))).transpose()
    }
}

type Entry<'d, 'i> = (&'d Spanned<DeString<'i>>, &'d Spanned<DeValue<'i>>);

struct Fields<'d, 'i> {
    rest: std::vec::IntoIter<Entry<'d, 'i>>,
    value: Option<Entry<'d, 'i>>,
}

impl<'d, 'i> Fields<'d, 'i> {
    fn new(table: &'d DeTable<'i>) -> Self {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        Self { rest: entries.into_iter(), value: None }
    }
}

impl<'d> MapAccess<'d> for Fields<'d, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'d>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some(entry) = self.rest.next() else { return Ok(None) };
        self.value = Some(entry);
        let name: &'d str = entry.0.get_ref();
        let key = seed.deserialize(de::value::BorrowedStrDeserializer::new(name));
        key.map(Some).map_err(|fault: Fault| fault.at(&entry.0.span()))
    }

    fn next_value_seed<V: DeserializeSeed<'d>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let Some((key, value)) = self.value.take() else {
            return Err(Fault::custom("a value was asked for before its key"));
        };
        seed.deserialize(Node::new(value)).map_err(|fault| fault.under(key.get_ref()))
    }
}

/// A choice by name, with its fields where it has any.
struct Choice<'d, 'i> {
    name: &'d str,
    content: Option<Node<'d, 'i>>,
}

impl<'d, 'i> EnumAccess<'d> for Choice<'d, 'i> {
    type Error = Fault;
    type Variant = Content<'d, 'i>;

    fn variant_seed<V: DeserializeSeed<'d>>(self, seed: V) -> Result<(V::Value, Self::Variant), Fault> {
        let value = seed.deserialize(self.name.into_deserializer())?;
        Ok((value, Content { name: self.name, node: self.content }))
    }
}

struct Content<'d, 'i> {
    name: &'d str,
    node: Option<Node<'d, 'i>>,
}

impl<'d> VariantAccess<'d> for Content<'d, '_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        match self.node {
            None => Ok(()),
            Some(_) => Err(Fault::invalid_type(
                Unexpected::Map,
                &format!("\"{}\" in quotes, alone", self.name).as_str(),
            )),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'d>>(self, seed: T) -> Result<T::Value, Fault> {
        match self.node {
            Some(node) => seed.deserialize(node).map_err(|fault| fault.under(self.name)),
            None => Err(self.bare()),
        }
    }

    fn tuple_variant<V: Visitor<'d>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        match self.node {
            Some(node) => node.deserialize_any(visitor).map_err(|fault| fault.under(self.name)),
            None => Err(self.bare()),
        }
    }

    fn struct_variant<V: Visitor<'d>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.node {
            Some(node) => node.deserialize_any(visitor).map_err(|fault| fault.under(self.name)),
            None => Err(self.bare()),
        }
    }
}

impl Content<'_, '_> {
    fn bare(&self) -> Fault {
        let expected = format!("a table called `{}` with fields of its own", self.name);
        Fault::invalid_type(Unexpected::Str(self.name), &expected.as_str())
    }
}

/// Takes nothing; states what was expected.
struct Unfitting<'a, T> {
    expected: &'a str,
    never: PhantomData<T>,
}

impl<T> Visitor<'_> for Unfitting<'_, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }
}
