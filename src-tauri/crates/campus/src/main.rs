//! `campus`: the practice campus as a program of its own. See [`campus::Options`] for its command line.

use campus::Options;
use std::io::{Read, Write};
use std::process::ExitCode;
use tokio::signal;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

fn main() -> ExitCode {
    let wanted = std::env::var("RUST_LOG").ok().and_then(|words| words.parse().ok());
    tracing_subscriber::registry()
        .with(fmt::layer().with_writer(std::io::stderr))
        .with(wanted.unwrap_or_else(|| Targets::new().with_default(LevelFilter::ERROR)))
        .init();
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => return fail(&problem.to_string()),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(problem) => return fail(&problem.to_string()),
    };
    let ended = runtime.block_on(run(options));
    runtime.shutdown_background();
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => fail(&problem.to_string()),
    }
}

async fn run(options: Options) -> Result<(), Box<dyn std::error::Error>> {
    let parent = parent_gone();
    let running = campus::start(options).await?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", running.announcement())?;
    out.flush()?;
    tokio::select! {
        _ = parent => {}
        _ = signal::ctrl_c() => {}
        () = told_to_end() => {}
    }
    running.stop().await?;
    Ok(())
}

/// Waits for SIGTERM, where there is such a thing.
async fn told_to_end() {
    #[cfg(unix)]
    if let Ok(mut told) = signal::unix::signal(signal::unix::SignalKind::terminate()) {
        told.recv().await;
        return;
    }
    std::future::pending::<()>().await;
}

/// Answers when standard input reaches its end, which it does when the parent is gone.
///
/// A plain thread reads: a blocked read must not keep the runtime from ending.
fn parent_gone() -> tokio::sync::oneshot::Receiver<()> {
    let (gone, wait) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        let mut ignored = [0_u8; 256];
        while matches!(input.read(&mut ignored), Ok(read) if read > 0) {}
        let _ = gone.send(());
    });
    wait
}

fn fail(problem: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "campus: {problem}");
    ExitCode::from(2)
}
