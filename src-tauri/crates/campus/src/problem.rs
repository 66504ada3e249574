//! Why the campus could not start or stop.

#[derive(Debug, thiserror::Error)]
pub enum Problem {
    #[error("the data folder {folder}: {cause}")]
    Folder { folder: String, cause: std::io::Error },
    #[error("the institution {name}: {cause}")]
    Institution { name: String, cause: String },
    #[error("the folder was made for {kept}, not for {asked}: use another folder")]
    OtherInstitution { kept: String, asked: String },
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the signing key: {0}")]
    Key(String),
    #[error("listening on 127.0.0.1 port {port}: {cause}")]
    Listen { port: u16, cause: std::io::Error },
    #[error("serving: {0}")]
    Serve(std::io::Error),
    #[error("the seed: {0}")]
    Seed(String),
}
