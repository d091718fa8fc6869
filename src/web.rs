//! The rooms: pages for people, served by `perennial serve`.
//!
//! One server serves one workspace. A request is checked (host, origin, size), its person is found,
//! and a room answers it on a blocking thread from one snapshot of the store; a write is one short
//! transaction. A room holds no rule of its own: it calls what the command line calls. Every page
//! has a twin with `.json` of the same content, works without script, and says to a reviewer nothing
//! that another's open vote could change. The decisions are in `docs/design/0011-serve.md`.

mod answer;
mod ask;
mod assets;
mod error;
mod guard;
mod meter;
mod once;
mod people;
mod problem;
mod rooms;
mod router;
mod secret;
mod server;
mod shell;
mod site;
mod slow;
mod tls;
mod upload;
mod words;

pub use error::{Log, ServeError};
pub use people::{add_token, end_tokens, invite};
pub use secret::{Secret, invite_address};
pub use server::{Told, serve};
pub use site::Options;
