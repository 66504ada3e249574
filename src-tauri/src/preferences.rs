//! Preferences: nothing secret and nothing about anybody.
//!
//! The store plugin truncates its file in place and takes a broken one for an empty one without a word. So the file is
//! read and checked here first, and a good copy is written after every save.

use client::view::Preferences;
use serde_json::Value;
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock, PoisonError, RwLock},
};
use tauri::AppHandle;
use tauri_plugin_store::{Store, StoreExt};

const KEY: &str = "preferences";

pub(crate) struct Keeper {
    file: PathBuf,
    current: RwLock<Preferences>,
    store: OnceLock<Arc<Store<tauri::Wry>>>,
}

impl Keeper {
    /// Reads the preferences; where their file is broken, the good copy takes its place and the broken one is kept aside.
    pub(crate) fn load(data: &Path) -> Self {
        let file = data.join("preferences.json");
        let current = match read(&file) {
            Ok(preferences) => preferences,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Preferences::default(),
            Err(error) => {
                tracing::warn!(%error, "the preferences cannot be read; the last good ones are used");
                drop(fs::rename(&file, file.with_extension("broken.json")));
                let good = read(&good_copy(&file)).ok();
                if good.is_some() {
                    drop(fs::copy(good_copy(&file), &file));
                }
                good.unwrap_or_default()
            }
        };
        Self { file, current: RwLock::new(current), store: OnceLock::new() }
    }

    pub(crate) fn attach(&self, app: &AppHandle) -> tauri_plugin_store::Result<()> {
        let store = app.store_builder(&self.file).disable_auto_save().build()?;
        let _ = self.store.set(store);
        Ok(())
    }

    pub(crate) fn current(&self) -> Preferences {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn keep(&self, preferences: &Preferences) -> Result<(), String> {
        let store = self.store.get().ok_or("the preferences cannot be kept before the window is there")?;
        store.set(KEY, serde_json::to_value(preferences).map_err(|error| error.to_string())?);
        store.save().map_err(|error| error.to_string())?;
        // Only what reads back whole is worth a copy.
        read(&self.file)
            .and_then(|_| {
                let part = self.file.with_extension("part");
                fs::copy(&self.file, &part)?;
                fs::File::open(&part)?.sync_all()?;
                fs::rename(part, good_copy(&self.file))
            })
            .map_err(|error| error.to_string())?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = preferences.clone();
        Ok(())
    }
}

fn good_copy(file: &Path) -> PathBuf {
    file.with_extension("good.json")
}

fn read(file: &Path) -> io::Result<Preferences> {
    let mut whole: Value = serde_json::from_slice(&fs::read(file)?)?;
    let kept = whole.get_mut(KEY).map(Value::take).ok_or(io::ErrorKind::InvalidData)?;
    Ok(serde_json::from_value(kept)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use client::view::Theme;

    #[test]
    fn a_broken_file_falls_back_to_the_good_copy_and_is_kept_aside() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("preferences.json");
        let dark = Preferences { theme: Theme::Dark, ..Preferences::default() };
        let whole = serde_json::json!({ KEY: dark });
        fs::write(good_copy(&file), whole.to_string()).unwrap();
        fs::write(&file, "{\"preferences\": {\"theme\": \"da").unwrap();
        assert_eq!(Keeper::load(folder.path()).current().theme, Theme::Dark);
        assert!(file.with_extension("broken.json").exists());
        assert_eq!(read(&file).unwrap().theme, Theme::Dark, "the plugin finds a whole file");
    }

    #[test]
    fn no_file_means_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Keeper::load(folder.path()).current(), Preferences::default());
    }
}
