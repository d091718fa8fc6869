//! The folders that cases run in, each made once.

use super::Base;
use crate::people::{include, review};
use crate::support::Workspace;
use perennial::ledger::{Body, Stamp};
use perennial::model::RecordId;
use perennial::store::Store;
use std::path::Path;
use std::sync::OnceLock;

/// The folders.
#[derive(Default)]
pub(super) struct Prepared {
    files: OnceLock<Workspace>,
    open: OnceLock<Workspace>,
    data: OnceLock<Workspace>,
    older: OnceLock<Workspace>,
    fresh: OnceLock<Workspace>,
    published: OnceLock<Workspace>,
    updated: OnceLock<Workspace>,
}

impl Prepared {
    pub(super) fn folder(&self, base: Base) -> &Path {
        let made = match base {
            Base::Files => self.files.get_or_init(files),
            Base::Open => self.open.get_or_init(open),
            Base::Data => self.data.get_or_init(data),
            Base::Older => self.older.get_or_init(older),
            Base::Fresh => self.fresh.get_or_init(Workspace::demonstration),
            Base::Published => self.published.get_or_init(published),
            Base::Updated => self.updated.get_or_init(|| {
                let workspace = Workspace::demonstration();
                crate::support::copy(self.folder(Base::Published), workspace.folder());
                workspace.run(&["update", "--replay"]).ok();
                workspace
            }),
        };
        made.folder()
    }
}

const STUDIES: &str = "analysis,study,e1,n1,e2,n2,dose,year\none,A,3,40,6,41,low,2001\none,B,0,30,4,32,low,2005\n\
    one,C,5,50,9,52,high,2011\none,D,0,20,0,20,high,2013\ntwo,E,7,60,12,61,high,2017\n\
    two,F,2,33,5,30,low,2019\n";

const MANY: &str = "study,e1,n1,e2,n2,dose\nA,3,40,16,41,low\nB,10,30,4,32,low\nC,5,50,9,52,high\n\
    D,12,20,2,20,high\nE,7,60,12,61,high\nF,2,33,5,30,low\nG,30,80,8,80,high\nH,22,60,6,61,low\n";

const FUNNEL: &str = "study,yi,vi\nA,0.1,0.01\nB,0.12,0.02\nC,0.2,0.04\nD,0.3,0.06\nE,0.45,0.09\n\
    F,0.6,0.12\nG,0.8,0.16\nH,0.95,0.2\nI,1.1,0.25\nJ,1.4,0.3\n";

const MEANS: &str = "study,n1,mean1,sd1,n2,mean2,sd2\nA,20,5.1,1.2,21,6.0,1.3\nB,30,4.4,2.0,28,5.9,2.4\n\
    C,25,6.2,1.1,25,6.1,1.9\n";

const ROB: &str = "Study,D1,D2,D3,D4,D5,Overall,Weight\nA,Low,High,Low,Low,Low,High,40\n\
    B,Low,Low,Some concerns,Low,Low,Some concerns,60\n";

const LABELLED: &str = "id,title,label,second\n1,Tea in children,0,0\n2,Honey at night for cough,1,0\n\
    3,Honey for cough in children,1,1\n4,Coughs of cars,0,0\n5,Honey as a paint,0,1\n6,Night shifts,0,0\n\
    7,Cough and honey again,1,0\n8,Teas of the night,0,1\n";

const ANSWERS: &str = "study,result,effect,question,answer\nA,pain,assignment,3.1,N\n";

pub(super) const ONE: &str = "TY  - JOUR\nTI  - One trial of honey for cough at night in children\nAU  - Muster, A.\n\
    AU  - Probe, B.\nPY  - 2021\nJO  - Journal of Examples\nVL  - 12\nSP  - 101\nER  - \n\nTY  - JOUR\nTI  - One trial of \
    honey for cough at night in children\nAU  - Muster, A.\nAU  - Probe, B.\nPY  - 2021\nJO  - J Examples\nVL  - 12\n\
    SP  - 101\nER  - \n\nTY  - JOUR\nTI  - Erratum: One trial of honey for cough at night in children\nAU  - Muster, A.\n\
    PY  - 2022\nJO  - Journal of Examples\nVL  - 13\nSP  - 4\nER  - \n";

/// Files, and the workspace that `init` makes taken away.
fn files() -> Workspace {
    let workspace = Workspace::new();
    let there = std::fs::read_dir(workspace.folder()).unwrap();
    for entry in there {
        let path = entry.unwrap().path();
        if path.is_dir() {
            std::fs::remove_dir_all(path).unwrap();
        } else {
            std::fs::remove_file(path).unwrap();
        }
    }
    workspace.write("studies.csv", STUDIES);
    workspace.write("means.csv", MEANS);
    workspace.write("rob.csv", ROB);
    workspace.write("answers.csv", ANSWERS);
    workspace.write("labelled.csv", LABELLED);
    workspace.write("one.ris", ONE);
    workspace.write("query.txt", "honey AND cough\n");
    workspace.write("many.csv", MANY);
    workspace.write("funnel.csv", FUNNEL);
    let table = workspace.run(&["flow", "--template"]).ok().stdout;
    workspace.write("counts.csv", &table);
    std::fs::create_dir(workspace.path("here")).unwrap();
    let made = workspace.run(&["init", "here/review"]);
    made.ok();
    workspace
}

fn open() -> Workspace {
    let workspace = review();
    workspace.write("more.ris", ONE);
    workspace.write(
        "damaged.ris",
        "TY  - JOUR\nTI  - A trial cut in the middle\nAU  - Muster, A.\nPY  - 2020\nER  - \n\nTY  - JOUR\nTI  - Another\nAU  - Pro",
    );
    workspace.write(
        "votes.csv",
        "report,phase,reviewer,decision,reason,note,at,settles\nr1,title-abstract,,include,,,,\n",
    );
    workspace.write(
        "rayyan.csv",
        "key,title,notes\nr-1,Honey for cough in children: an invented trial,\"RAYYAN-INCLUSION: {\"\"ben\"\"=>\"\"Included\"\", \
         \"\"ann\"\"=>\"\"Excluded\"\"} | RAYYAN-EXCLUSION-REASONS: Too small\"\n",
    );
    workspace
}

const OUTCOMES: &str = r#"
[extraction]
extractors = 2

[[outcome]]
code = "healed"
name = "Cough gone"
type = "binary"
direction = "higher-is-better"

[[outcome]]
code = "days"
name = "Days with cough"
type = "continuous"
direction = "lower-is-better"

[[outcome]]
code = "relapse"
name = "Time to relapse"
type = "time-to-event"
direction = "lower-is-better"

[[analysis]]
name = "healed"
title = "Cough gone"
outcome = "healed"
measure = "RR"
method = "FE"

[[analysis]]
name = "days"
title = "Days with cough"
outcome = "days"
measure = "MD"
method = "FE"
"#;

const HEAD: &str = "study,report,arm,outcome,events,n,mean,sd,text\n";

fn data() -> Workspace {
    let workspace = review();
    let toml = String::from_utf8(workspace.read("workflow.toml")).unwrap();
    let cut = toml.find("[extraction]").unwrap_or(toml.len());
    let after = toml[cut..]
        .find("[living]")
        .map_or("", |at| &toml[cut + at..]);
    workspace.write(
        "workflow.toml",
        &format!("{}{OUTCOMES}\n{after}", &toml[..cut]),
    );
    for (name, role) in [("eve", "extractor"), ("fay", "extractor")] {
        workspace
            .run(&["user", "add", name, "--role", role, "--as", "lea"])
            .ok();
    }
    for report in ["r1", "r2"] {
        include(&workspace, report);
    }
    workspace.run(&["run"]).ok();
    let mut table = HEAD.to_owned();
    for (study, report, e1, e2) in [("s1", "r1", 12, 7), ("s2", "r2", 22, 15)] {
        for (arm, role, events) in [("honey", "experimental", e1), ("placebo", "control", e2)] {
            table.push_str(&format!("{study},{report},{arm},role,,,,,{role}\n"));
            table.push_str(&format!("{study},{report},{arm},healed,{events},50,,,\n"));
            table.push_str(&format!(
                "{study},{report},{arm},days,,50,{events}.5,3.1,\n"
            ));
        }
    }
    workspace.write("eve.csv", &table);
    workspace.write(
        "fay.csv",
        &table.replace("placebo,healed,15", "placebo,healed,16"),
    );
    for who in ["eve", "fay"] {
        workspace
            .run(&["extract", "import", &format!("{who}.csv"), "--as", who])
            .ok();
    }
    workspace
}

fn published() -> Workspace {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    workspace.run(&["publish", "1.0", "--as", "lead"]).ok();
    workspace
}

/// Its records were first compared by other rules.
fn older() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("one.ris", ONE);
    workspace
        .run(&["import", "one.ris", "--source", "Cochrane CENTRAL"])
        .ok();
    workspace
        .run(&["user", "add", "lea", "--role", "lead"])
        .ok();
    let store = Store::open(&workspace.path("db/review.sqlite"), "review").unwrap();
    let body = Body::RecordsClustered {
        rules: "0".into(),
        upto: RecordId(3),
        joins: Vec::new(),
        relations: Vec::new(),
        queue: Vec::new(),
    };
    let draft = Stamp::program("2026-01-01T00:00:00.000Z").draft(body);
    store.write(|writer| writer.append(&draft)).unwrap();
    workspace
}
