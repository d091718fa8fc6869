//! Every count of a flow with its path, as `explain` and the links of figures name it.

use super::counts::{Counts, Named, Pending, Tally};

impl Counts {
    /// Every count with its path as `explain` names it, in the order of the flow. Identities are
    /// sums of these and are not counts of anything.
    pub fn leaves(&self) -> Vec<(String, u64)> {
        let mut out = Leaves::default();
        if let Some(previous) = &self.previous {
            out.tally("previous", previous);
        }
        for (kind, sources) in [
            ("databases", &self.identified.databases),
            ("registers", &self.identified.registers),
            ("other", &self.identified.other),
        ] {
            out.list(
                &format!("identified.{kind}"),
                "by_source",
                sources.total,
                &sources.by_source,
            );
        }
        out.one("removed.duplicates", self.removed.duplicates);
        for (kind, rules) in [
            ("automation", &self.removed.automation),
            ("other", &self.removed.other),
        ] {
            out.list(
                &format!("removed.{kind}"),
                "by_rule",
                rules.total,
                &rules.by_rule,
            );
        }
        out.one("screened", self.screened);
        out.one("excluded.total", self.excluded.total);
        for (path, n) in [
            ("excluded.by_human", self.excluded.by_human),
            ("excluded.by_tool", self.excluded.by_tool),
        ] {
            if let Some(n) = n {
                out.one(path, n);
            }
        }
        out.one("sought", self.sought);
        out.one("not_retrieved", self.not_retrieved);
        out.one("assessed", self.assessed);
        let reasons = &self.excluded_full_text;
        out.list(
            "excluded_full_text",
            "by_reason",
            reasons.total,
            &reasons.by_reason,
        );
        let lane = &self.other_methods;
        out.one("other_methods.duplicates", lane.duplicates);
        out.one("other_methods.excluded", lane.excluded);
        out.one("other_methods.sought", lane.sought);
        out.one("other_methods.not_retrieved", lane.not_retrieved);
        out.one("other_methods.assessed", lane.assessed);
        let reasons = &lane.excluded_full_text;
        let path = "other_methods.excluded_full_text";
        out.list(path, "by_reason", reasons.total, &reasons.by_reason);
        out.pending("other_methods.pending", &lane.pending);
        out.tally("included", &self.included);
        out.tally("withdrawn", &self.withdrawn);
        out.tally("total", &self.total);
        out.pending("pending", &self.pending);
        out.0
    }

    /// The count at a path of [`leaves`](Self::leaves).
    pub fn get(&self, path: &str) -> Option<u64> {
        self.leaves()
            .into_iter()
            .find(|(known, _)| known == path)
            .map(|(_, n)| n)
    }
}

#[derive(Default)]
struct Leaves(Vec<(String, u64)>);

impl Leaves {
    fn one(&mut self, path: &str, n: u64) {
        self.0.push((path.to_owned(), n));
    }

    fn list(&mut self, path: &str, key: &str, total: u64, named: &[Named]) {
        self.0.push((format!("{path}.total"), total));
        for item in named {
            self.0
                .push((format!("{path}.{key}[{}]", item.name), item.n));
        }
    }

    fn tally(&mut self, path: &str, tally: &Tally) {
        self.0.push((format!("{path}.studies"), tally.studies));
        self.0.push((format!("{path}.reports"), tally.reports));
    }

    fn pending(&mut self, path: &str, pending: &Pending) {
        self.0
            .push((format!("{path}.before_screening"), pending.before_screening));
        self.0
            .push((format!("{path}.title_abstract"), pending.title_abstract));
        self.0
            .push((format!("{path}.retrieval"), pending.retrieval));
        self.0
            .push((format!("{path}.full_text"), pending.full_text));
    }
}
