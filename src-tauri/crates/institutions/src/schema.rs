//! The JSON Schema of an institution's file, for editors that complete and check as one types.

use crate::Profile;

/// JSON Schema (draft 2020-12) of `profile.toml`, generated from [`Profile`]. A copy is kept in `profile.schema.json`.
///
/// It knows the shape; what has to agree between fields is checked by [`crate::load`] alone.
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Profile);
    schema.insert("title".to_owned(), "Institution profile".into());
    schema.to_value()
}
