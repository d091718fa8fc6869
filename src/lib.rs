//! A living systematic review, from search to flow report, in one program and one folder.
//!
//! ```text
//!  search ─► dedup ─► filter ─► screen ─► extract ─► pool ─► report
//!    │         │         │         │          │         │        │
//!    │         └─────────┴── events of rules ─┘         │        │
//!    └─ archive (bytes)     and of people  ─► ledger ─► store    │
//!                                              (truth)  (tables) ┴─ snapshot: one moment
//! ```
//!
//! A review is a folder ([`workspace`]): `workflow.toml` says what is searched, screened, read and
//! pooled ([`workflow`]). Whatever happens is an event in an append-only, hash-chained log
//! ([`ledger`]); tables are made of the log alone ([`store`]); every count of the PRISMA flow is a
//! query with the set behind it ([`report`]). [`pipeline`] runs the stages in order.
//!
//! Rooms that take values and give values can be used without a review:
//!
//! | room | takes | gives |
//! |---|---|---|
//! | [`formats`] | bytes of a citation file | records, and every line that could not be read |
//! | [`dedup`] | records | which are one publication, and which pairs a person must see |
//! | [`strategy`] | a search strategy | what its platform would read otherwise than meant |
//! | [`pool`] | effect sizes and a specification | a pooled estimate with everything around it |
//! | [`prisma`] | counts | the identities between them |
//! | [`rank`] | texts and decisions | the order in which to read the rest |
//! | [`plot`] | what a figure shows | SVG, PNG, PDF |
//!
//! Nothing in the library prints, reads the environment or asks for the time: a
//! [`Clock`](model::Clock) is handed in. Errors become [`model::Fault`]s, from which a command takes its exit code and
//! a page its status. The folder `examples/` holds three short programs; `ARCHITECTURE.md` walks through the rooms.

pub mod appraise;
pub mod cli;
pub mod dedup;
pub mod extract;
pub mod filter;
pub mod formats;
pub mod ledger;
pub mod lint;
pub mod living;
pub mod model;
pub mod pipeline;
pub mod plot;
pub mod pool;
pub mod prisma;
pub mod rank;
pub mod report;
pub mod screen;
pub mod search;
pub mod store;
pub mod strategy;
pub mod table;
pub mod web;
pub mod workflow;
pub mod workspace;
