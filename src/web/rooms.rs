//! One file per room, its page beside it.

pub(super) mod account;
pub(super) mod agreement;
pub(super) mod conflicts;
pub(super) mod duplicates;
pub(super) mod explain;
pub(super) mod flow;
pub(super) mod full_text;
pub(super) mod keys;
pub(super) mod overview;
pub(super) mod people;
pub(super) mod records;
pub(super) mod screen;
pub(super) mod sign_in;
pub(super) mod studies;
