//! The machine's clock, read nowhere else.

use crate::model::{Clock, time};

/// The machine's clock, in UTC.
#[derive(Debug)]
pub(super) struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that is handed down"
    )]
    fn now(&self) -> String {
        let now = std::time::SystemTime::now();
        time::since_1970(now.duration_since(std::time::SystemTime::UNIX_EPOCH).ok())
    }

    fn set(&self, _at: &str) {}
}
