//! `serve`: the pages, until the process is told to stop.

use super::args::{Global, ServeArgs};
use super::clock::SystemClock;
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out, tell};
use crate::web::{self, Options, ServeError, Told};
use serde_json::json;
use std::io::IsTerminal as _;
use std::sync::Arc;

pub(super) fn run(args: &ServeArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    let options = Options {
        addr: args.addr.clone(),
        base: args.base_path.clone(),
        tls: args.tls_cert.clone().zip(args.tls_key.clone()),
        proxy: args.behind_proxy.then(|| args.proxy_from.clone()),
        sign_in_header: args.sign_in_header.clone(),
        url: args.url.clone().or_else(public_url),
    };
    // People at a terminal read what is wrong; a log is read by programs, which want all of it.
    let terminal = std::io::stderr().is_terminal();
    let log: Arc<dyn Fn(&str) + Send + Sync> = Arc::new(move |line: &str| {
        if !terminal || line.contains(" level=error ") {
            tell(line);
        }
    });
    let _watch = args
        .watch
        .then(|| super::watch::beside(&root))
        .transpose()?;
    let mut ending = None;
    web::serve(&root, &options, Arc::new(SystemClock), log, &mut |told| {
        ending = say(told, out).err();
    })?;
    match ending {
        // Whoever started the server may have stopped reading: it served all the same.
        None | Some(Ending::BrokenPipe) => Ok(0),
        Some(error) => Err(error),
    }
}

/// The public address that the environment names.
pub(super) fn public_url() -> Option<String> {
    std::env::var("PERENNIAL_URL")
        .ok()
        .filter(|url| !url.trim().is_empty())
}

fn say(told: &Told, out: &mut Out) -> Result<(), Ending> {
    out.line(&format!(
        "The review is at {}",
        out.ink(Ink::Bold, &told.address)
    ))?;
    if told.demonstration {
        out.line("Open it and choose who you are: this is a demonstration, on this machine only.")?;
    }
    if let Some(address) = &told.sign_in {
        let who = if told.demonstration {
            "To run it with passwords instead, open this address once"
        } else {
            "Nobody has a password yet. Open this address once: you become a lead"
        };
        out.line(&format!("{who}:\n  {}", out.ink(Ink::Bold, address)))?;
    }
    out.line("Stop with Ctrl-C.")?;
    if out.is_json() {
        let line = json!({"address": told.address, "sign_in": told.sign_in});
        out.raw(&format!("{line}\n"))?;
    }
    Ok(())
}

impl From<ServeError> for CliError {
    fn from(error: ServeError) -> Self {
        let text = error.to_string();
        match error {
            ServeError::Open(error) => error.into(),
            ServeError::Store(error) => error.into(),
            ServeError::Option(_) => Self::new(Kind::Usage, text),
            ServeError::Unprotected(_) => Self::new(Kind::Usage, text)
                .help("`--tls-cert FILE --tls-key FILE` encrypts it here")
                .help("`--behind-proxy` says that a proxy before it does")
                .help("127.0.0.1 is reached from this machine alone"),
            ServeError::Certificate { .. } => Self::new(Kind::Input, text),
            ServeError::Listen { ref source, .. } => {
                let in_use = source.kind() == std::io::ErrorKind::AddrInUse;
                let out = Self::new(Kind::Io, format!("{text}: {source}"));
                if in_use {
                    out.help(
                        "another program listens there; `--addr 127.0.0.1:0` takes a free port",
                    )
                } else {
                    out
                }
            }
            ServeError::Random => Self::new(Kind::Io, text),
        }
    }
}

impl From<ServeError> for Ending {
    fn from(error: ServeError) -> Self {
        CliError::from(error).into()
    }
}
