//! An institution's file as its IT department would fill it in.

use std::{fs, path::PathBuf};

use super::{Campus, checkout};

/// A built-in profile with its real connection filled in, as an IT department would.
pub struct Connected {
    pub path: PathBuf,
    _folder: tempfile::TempDir,
}

impl Connected {
    pub fn to_campus(campus: &Campus) -> Self {
        Self::to_campus_with(campus, "")
    }

    /// The same with `more` in the table of the sign-in.
    pub fn to_campus_with(campus: &Campus, more: &str) -> Self {
        let of = campus.institution();
        Self::filled(of, campus.issuer(), campus.client_id(), campus.directory(), campus.scopes(), more)
    }

    /// The same institution with the campus's desk.
    pub fn with_desk(self, campus: &Campus) -> Self {
        let base = format!("{}/desk/v1", campus.issuer());
        self.with_desk_at(&base)
    }

    pub fn with_desk_at(self, base: &str) -> Self {
        let text = fs::read_to_string(&self.path).expect("the profile is read");
        let desk = format!("{text}\n[connection.desk]\nbase = \"{base}\"\n");
        fs::write(&self.path, desk).expect("the profile is written");
        self
    }

    /// Oxford's profile. `more` goes into the table of the sign-in.
    pub fn to(issuer: &str, client: &str, directory: &str, scopes: &[String], more: &str) -> Self {
        Self::filled("oxford", issuer, client, directory, scopes, more)
    }

    fn filled(of: &str, issuer: &str, client: &str, directory: &str, scopes: &[String], more: &str) -> Self {
        let file = checkout().join(format!("src-tauri/crates/institutions/data/{of}/profile.toml"));
        let text = fs::read_to_string(file).expect("a built-in profile");
        let filled = text
            .replace("issuer = \"\"", &format!("issuer = \"{issuer}\"\n{more}"))
            .replace("client-id = \"\"", &format!("client-id = \"{client}\""))
            .replace(
                "scopes = [\"openid\", \"profile\", \"offline_access\"]",
                &format!("scopes = {scopes:?}"),
            )
            .replace("base = \"\"", &format!("base = \"{directory}\""));
        let folder = tempfile::tempdir().expect("a folder for the profile");
        let path = folder.path().join(format!("{of}.toml"));
        fs::write(&path, filled).expect("the profile is written");
        Self { path, _folder: folder }
    }
}
