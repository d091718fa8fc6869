//! Who watches a search: told of every retry, and able to stop it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Is told what a search waits for, and says when it is to stop.
///
/// Outside a search a signal ends the process as the system has it; while one runs, it is noted, so
/// that the search ends with what is saved.
#[derive(Debug, Clone)]
pub struct Watch {
    /// Told of a retry, in one line.
    pub told: Option<fn(&str)>,
    /// Set where the search is to stop.
    pub stop: Arc<AtomicBool>,
    /// Whether no search runs.
    pub idle: Arc<AtomicBool>,
}

impl Default for Watch {
    /// Tells nobody and is never stopped.
    fn default() -> Self {
        Self {
            told: None,
            stop: Arc::new(AtomicBool::new(false)),
            idle: Arc::new(AtomicBool::new(true)),
        }
    }
}

impl Watch {
    /// Whether the search is to stop.
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub(super) fn say(&self, text: &str) {
        if let Some(told) = self.told {
            told(text);
        }
    }

    /// A search begins; it ends when what is given back goes.
    pub fn begin(&self) -> Watched {
        self.idle.store(false, Ordering::Relaxed);
        Watched(Arc::clone(&self.idle))
    }
}

/// A search that runs.
#[derive(Debug)]
pub struct Watched(Arc<AtomicBool>);

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
