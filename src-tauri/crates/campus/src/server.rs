//! Starting and stopping.

use crate::clock::Clock;
use crate::database;
use crate::desk;
use crate::institution::Institution;
use crate::oidc::{self, SigningKey};
use crate::options::Options;
use crate::problem::Problem;
use crate::scim::{self, Schemas, Sight};
use crate::site::{CLIENT_ID, Campus, SCOPES, Shared};
use crate::walls::walls;
use crate::{secret, seed};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use serde_json::json;
use std::io::Write;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Bodies larger than this are refused: no resource comes near it.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// A campus that answers.
#[derive(Debug)]
pub struct Running {
    issuer: String,
    port: u16,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

/// Opens the data folder, fills it where it is new, and listens on 127.0.0.1.
pub async fn start(options: Options) -> Result<Running, Problem> {
    let institution = Institution::load(&options.institution)?;
    let in_folder = |cause| Problem::Folder { folder: options.data.display().to_string(), cause };
    std::fs::create_dir_all(&options.data).map_err(in_folder)?;
    let db = database::open(&options.data).await?;
    match database::setting(&db, "institution").await? {
        Some(kept) if kept != institution.id => {
            return Err(Problem::OtherInstitution { kept, asked: institution.id });
        }
        Some(_) => {}
        None => database::keep(&db, "institution", &institution.id).await?,
    }
    let clock = Clock::ahead_by(options.clock_offset);
    seed::fill(&db, &institution, &options, options.now.unwrap_or_else(|| clock.now())).await?;
    let key = SigningKey::open(&db).await?;
    let token = provisioning_token(&options.data).map_err(in_folder)?;

    let in_listening = |cause| Problem::Listen { port: options.port, cause };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await.map_err(in_listening)?;
    let port = listener.local_addr().map_err(in_listening)?.port();
    let known_as = options.known_as.unwrap_or(port);
    let issuer = format!("http://127.0.0.1:{known_as}");
    let campus: Shared = Arc::new(Campus {
        db,
        clock,
        schemas: Schemas::of(&institution),
        institution,
        key,
        sight: Sight::default(),
        provisioning: secret::digest(&token),
        issuer: issuer.clone(),
        known_as,
        access_seconds: options.access_seconds,
        device_interval: options.device_interval,
        apply_seconds: options.apply_seconds,
        decide_after: options.decide_after,
    });
    desk::expect_decisions(&campus).await?;
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(async move {
        axum::serve(listener, router(campus))
            .with_graceful_shutdown(async {
                let _ = stopped.await;
            })
            .await
    });
    Ok(Running { issuer, port, stop, served })
}

impl Running {
    /// `http://127.0.0.1:PORT` as clients reach it, which is also the OpenID Connect issuer.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The one line of JSON by which a parent learns how to reach the campus.
    pub fn announcement(&self) -> String {
        let issuer = &self.issuer;
        let directory = format!("{issuer}/scim/v2");
        let desk = format!("{issuer}/desk/v1");
        let pid = std::process::id();
        json!({
            "issuer": issuer, "directory": directory, "desk": desk, "clientId": CLIENT_ID, "scopes": SCOPES, "pid": pid,
            "port": self.port
        })
        .to_string()
    }

    /// Stops listening. Connections that stay open idle are cut after a moment.
    pub async fn stop(mut self) -> Result<(), Problem> {
        let _ = self.stop.send(());
        match tokio::time::timeout(std::time::Duration::from_millis(500), &mut self.served).await {
            Ok(Ok(ended)) => ended.map_err(Problem::Serve),
            Ok(Err(broken)) => Err(Problem::Serve(std::io::Error::other(broken))),
            Err(_) => {
                self.served.abort();
                Ok(())
            }
        }
    }
}

fn router(campus: Shared) -> Router {
    let record = Router::new()
        .nest("/scim/v2", scim::routes())
        .nest("/desk/v1", desk::routes())
        .layer(from_fn_with_state(campus.clone(), desk::settled));
    Router::new()
        .merge(oidc::routes())
        .merge(record)
        .merge(desk::open_routes())
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn_with_state(campus.clone(), walls))
        .with_state(campus)
}

/// The token in `DIR/provisioning-token`, made on first use and readable by this user alone.
fn provisioning_token(folder: &Path) -> std::io::Result<String> {
    let path = folder.join("provisioning-token");
    match std::fs::read_to_string(&path) {
        Ok(token) if !token.trim().is_empty() => Ok(token.trim().to_owned()),
        Err(problem) if problem.kind() != std::io::ErrorKind::NotFound => Err(problem),
        _ => {
            let token = secret::random();
            let mut file = private_file(&path)?;
            writeln!(file, "{token}")?;
            file.sync_all()?;
            Ok(token)
        }
    }
}

fn private_file(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
