//! One integration binary, one module per area.

// Helpers beside the tests may unwrap, as the tests may: the lints ask for this line.
#![cfg(test)]

mod agreement;
mod appraisal;
mod attachments;
mod baseline;
mod blinding;
mod brought;
mod checklists;
mod contrast;
mod corrected;
mod dedup;
mod discussion;
mod docs;
mod eutils;
mod example;
mod explain;
mod extraction;
mod faults;
mod files;
mod formats;
mod imported;
mod kill;
mod large;
mod lint;
mod manual;
mod multiarm;
mod openvalues;
mod options;
mod outputs;
mod pages;
mod people;
mod pooled;
mod prefix;
mod printed;
mod programs;
mod proof;
mod protocols;
mod published;
mod queries;
mod ranked;
mod reading;
mod schedule;
mod serve;
mod simulate;
mod studies;
mod support;
mod team;
mod together;
mod trialdata;
mod undone;
mod versions;
mod words;
