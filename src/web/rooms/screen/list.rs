//! The lists of the room: to decide, unsure, skipped, with a note, decided and not settled.

use super::PHASE;
use crate::model::{Choice, RecordId};
use crate::screen::desk::{Desk, Learning, Order};
use crate::store::Reader;
use crate::web::ask::{Ask, Signed};
use crate::web::problem::Problem;
use crate::web::rooms::records;
use crate::web::site::Site;
use crate::web::words::{day, escaped, grouped};
use crate::workflow::Workflow;
use serde::Serialize;
use std::collections::BTreeSet;

/// One of the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Todo,
    Unsure,
    Skipped,
    Noted,
    Unsettled,
}

impl List {
    const ALL: [Self; 5] = [
        Self::Todo,
        Self::Unsure,
        Self::Skipped,
        Self::Noted,
        Self::Unsettled,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Todo => "to-decide",
            Self::Unsure => "unsure",
            Self::Skipped => "skipped",
            Self::Noted => "noted",
            Self::Unsettled => "unsettled",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.word() == word)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Todo => "To decide",
            Self::Unsure => "Marked unsure",
            Self::Skipped => "Skipped",
            Self::Noted => "With a note",
            Self::Unsettled => "Decided, not settled",
        }
    }
}

/// The lists of one person, one of them open.
#[derive(Serialize)]
pub(super) struct Lists {
    #[serde(skip)]
    pub(super) desk: Desk,
    #[serde(skip)]
    pub(super) list: List,
    #[serde(skip)]
    pub(super) order: Order,
    /// The search within the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) words: Option<String>,
    /// The reports of the open list, in order.
    #[serde(skip)]
    pub(super) reports: Vec<RecordId>,
    pub(super) all: u64,
    pub(super) decided: u64,
    pub(super) left: u64,
    /// Own decisions of this day (UTC) that stand.
    pub(super) today: u64,
    pub(super) filters: Vec<Filter>,
    #[serde(rename = "order")]
    pub(super) order_word: String,
    #[serde(skip)]
    pub(super) orders: Vec<(&'static str, &'static str, bool)>,
    #[serde(skip)]
    pub(super) seed: String,
    #[serde(skip)]
    pub(super) share: u64,
}

#[derive(Serialize)]
pub(super) struct Filter {
    pub(super) list: &'static str,
    #[serde(skip)]
    pub(super) name: &'static str,
    pub(super) n: u64,
    #[serde(skip)]
    pub(super) here: bool,
}

impl Lists {
    pub(super) fn of(
        site: &Site,
        reader: Reader<'_>,
        workflow: &Workflow,
        who: &Signed,
        ask: &Ask,
    ) -> Result<Self, Problem> {
        let list = ask.query.get("list").map_or(Some(List::Todo), List::parse);
        let list = list.ok_or_else(|| Problem::NotFound("there is no such list".to_owned()))?;
        let now = &site.now();
        let order = Order::kept(reader, &who.person)?;
        let learning = Learning {
            ranks: &site.ranks,
            question: &workflow.looked_for(),
        };
        let desk = Desk::of(reader, &who.person, PHASE, &order, learning)?;
        let words = ask.query.get("q").map(str::to_owned);
        let mut reports = in_list(&desk, list);
        if let Some(words) = &words {
            let found: BTreeSet<RecordId> = records::find(reader, words)?.into_iter().collect();
            reports.retain(|report| found.contains(report));
        }
        let (word, seed) = match &order {
            Order::Random(seed) => ("random", seed.clone()),
            _ => (order_word(&order), "1".to_owned()),
        };
        let orders = [
            ("ranked", "Ranked, likeliest first"),
            ("found", "As found"),
            ("newest", "Newest first"),
            ("oldest", "Oldest first"),
            ("registry", "Registered trials first"),
            ("random", "Random"),
        ];
        let all = desk.all;
        let decided = desk.own.len() as u64;
        Ok(Self {
            all,
            decided,
            left: desk.left() as u64,
            today: desk
                .own
                .iter()
                .filter(|own| day(&own.at) == day(now))
                .count() as u64,
            filters: List::ALL
                .into_iter()
                .map(|one| Filter {
                    list: one.word(),
                    name: one.name(),
                    n: in_list(&desk, one).len() as u64,
                    here: one == list,
                })
                .collect(),
            order_word: order.word(),
            orders: orders
                .into_iter()
                .map(|(value, name)| (value, name, value == word))
                .collect(),
            seed,
            share: (decided * 1000)
                .checked_div(decided + desk.left() as u64)
                .unwrap_or(0),
            desk,
            list,
            order,
            words,
            reports,
        })
    }

    /// Nothing more is looked up: the lists themselves are not shown.
    pub(super) fn choose(&mut self) {
        self.reports.clear();
    }

    pub(super) fn first(&self) -> Option<RecordId> {
        self.reports.first().copied()
    }

    /// The reports of the list behind one, then those before it.
    pub(super) fn following(&self, after: Option<RecordId>) -> impl Iterator<Item = RecordId> + '_ {
        let at = after.and_then(|after| self.reports.iter().position(|report| *report == after));
        let (before, behind) = self.reports.split_at(at.map_or(0, |at| at + 1));
        let before = before.get(..at.unwrap_or(0)).unwrap_or_default();
        behind.iter().chain(before).copied()
    }

    /// The reports before and behind one in the list.
    pub(super) fn around(&self, report: RecordId) -> (Option<RecordId>, Option<RecordId>) {
        match self.reports.iter().position(|one| *one == report) {
            Some(at) => (
                at.checked_sub(1)
                    .and_then(|at| self.reports.get(at))
                    .copied(),
                self.reports
                    .get(at + 1)
                    .or(self.reports.first())
                    .copied()
                    .filter(|one| *one != report),
            ),
            None => (None, self.reports.first().copied()),
        }
    }

    /// `?list=unsure&q=words` of the open list.
    pub(super) fn tail(&self) -> String {
        let mut parts = Vec::new();
        if self.list != List::Todo {
            parts.push(format!("list={}", self.list.word()));
        }
        if let Some(words) = &self.words {
            parts.push(format!("q={}", escaped(words)));
        }
        if parts.is_empty() {
            String::new()
        } else {
            format!("?{}", parts.join("&"))
        }
    }

    pub(super) fn order_words(&self) -> String {
        match &self.order {
            Order::Found => "In the order found".to_owned(),
            Order::Newest => "Newest first".to_owned(),
            Order::Oldest => "Oldest first".to_owned(),
            Order::Ranked => "Ranked, likeliest first".to_owned(),
            Order::Registry => "Registered trials first".to_owned(),
            Order::Random(seed) => format!("Random order, seed {seed}"),
        }
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_self,
        reason = "called by templates, with references"
    )]
    pub(super) fn grouped(&self, n: &u64) -> String {
        grouped(*n)
    }
}

fn order_word(order: &Order) -> &'static str {
    match order {
        Order::Found => "found",
        Order::Newest => "newest",
        Order::Oldest => "oldest",
        Order::Ranked => "ranked",
        Order::Registry => "registry",
        Order::Random(_) => "random",
    }
}

fn in_list(desk: &Desk, list: List) -> Vec<RecordId> {
    let ids = |own: &crate::store::read::OwnDecision| own.report;
    match list {
        List::Todo => desk.to_decide.clone(),
        List::Skipped => desk.skipped.clone(),
        List::Unsure => desk
            .said(Choice::Unsure)
            .filter(|own| own.place.is_open() && own.place.phase() == Some(PHASE))
            .map(ids)
            .collect(),
        List::Noted => desk.noted().map(ids).collect(),
        List::Unsettled => desk
            .unsettled()
            .filter(|own| own.place.phase() == Some(PHASE))
            .map(ids)
            .collect(),
    }
}
