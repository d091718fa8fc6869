//! Why the server cannot start, and where its log goes.

use crate::pipeline::OpenError;
use crate::store::StoreError;
use std::path::PathBuf;
use std::sync::Arc;

/// Takes a line of the log.
pub type Log = Arc<dyn Fn(&str) + Send + Sync>;

/// Why the server cannot start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The workspace cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An option that does not fit, or not with the others.
    #[error("{0}")]
    Option(String),
    /// An address at which others could read along.
    #[error(
        "{0} can be reached from other machines, and what is sent to it can be read on the way"
    )]
    Unprotected(String),
    /// A certificate or key that is none.
    #[error("cannot use {path}: {reason}")]
    Certificate {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The address cannot be listened at.
    #[error("cannot listen at {address}")]
    Listen {
        /// The address.
        address: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The machine gives no random bits.
    #[error("the machine gives no random bits, so no sign-in can be made")]
    Random,
}
