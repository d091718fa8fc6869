//! How far long work is, for whoever watches.

/// Told how far long work is. A terminal draws a bar; tests and pipes stay quiet. Threads share it.
pub trait Progress: Send + Sync {
    /// Work of `total` steps begins: `records from PubMed`.
    fn begin(&self, what: &str, total: u64);

    /// `by` steps were done before this run: they count as done and into no rate.
    fn already(&self, by: u64) {
        self.advance(by);
    }

    /// `by` steps are done.
    fn advance(&self, by: u64);

    /// The work has ended.
    fn end(&self);
}

/// Shows nothing: for tests, pipes and whoever does not watch.
#[derive(Debug, Clone, Copy)]
pub struct Quiet;

impl Progress for Quiet {
    fn begin(&self, _what: &str, _total: u64) {}
    fn advance(&self, _by: u64) {}
    fn end(&self) {}
}
