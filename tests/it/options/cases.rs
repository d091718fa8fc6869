//! The table: commands with what each of their options does.

use super::{Base, Case};

const fn case(
    base: Base,
    typed: &'static str,
    claims: &'static [(&'static str, &'static str)],
) -> Case {
    Case {
        base,
        before: "",
        typed,
        code: 0,
        claims,
    }
}

const fn after(
    base: Base,
    before: &'static str,
    typed: &'static str,
    claims: &'static [(&'static str, &'static str)],
) -> Case {
    Case {
        base,
        before,
        typed,
        code: 0,
        claims,
    }
}

const fn exit(
    base: Base,
    code: i32,
    typed: &'static str,
    claims: &'static [(&'static str, &'static str)],
) -> Case {
    Case {
        base,
        before: "",
        typed,
        code,
        claims,
    }
}

use Base::{Data, Files, Fresh, Older, Open, Published, Updated};

/// Everything is agreed, and a version published.
const SETTLED: &str = "extract set s2 healed --report r2 --arm placebo --events 15 --n 50 --reconcile \
    --as lea\npublish 1.0 --as lea";

/// And since then another value is settled.
const MOVED: &str = "extract set s2 healed --report r2 --arm placebo --events 15 --n 50 --reconcile \
    --as lea\npublish 1.0 --as lea\nextract set s2 healed --report r2 --arm placebo --events 25 --n 50 \
    --reconcile --as lea";

/// Every option stands in at least one of them.
pub(super) const CASES: &[Case] = &[
    // Of every command.
    case(
        Files,
        "status --workspace here/review",
        &[("--workspace", "Honey for acute cough")],
    ),
    case(Open, "status --json", &[("--json", "\"review\": ")]),
    case(
        Open,
        "screen next --as ann",
        &[("--as", "Honey for cough in children")],
    ),
    // The pipeline.
    case(Fresh, "run --replay", &[("--replay", "831 new records")]),
    case(
        Published,
        "update --replay",
        &[("--replay", "321 new records")],
    ),
    case(
        Files,
        "lint-query query.txt --for pubmed",
        &[("--for", "that PubMed would read")],
    ),
    case(
        Open,
        "import more.ris --source 'Cochrane CENTRAL' --check",
        &[("--check", "nothing was written")],
    ),
    case(
        Open,
        "import more.ris --source 'Cochrane CENTRAL'",
        &[("--source", "3 new records")],
    ),
    case(
        Open,
        "import damaged.ris --source 'Cochrane CENTRAL' --accept-damaged",
        &[("--accept-damaged", "2 new records")],
    ),
    case(
        Open,
        "import more.ris --source 'Cochrane CENTRAL' --hits 9 --reason 'of one year' --date 2024-06-03 --as ann",
        &[("--reason", "of one year"), ("--date", "2024-06-03")],
    ),
    case(
        Open,
        "screen rank --order newest --keep --as ann",
        &[
            ("--order", "in the order newest"),
            ("--keep", "Kept as yours"),
        ],
    ),
    case(Open, "screen rank --first 1", &[("--first", "and 1 more")]),
    exit(
        Open,
        2,
        "import more.ris --source 'Cochrane CENTRAL' --hits 9",
        &[("--hits", "the database reported 9")],
    ),
    after(
        Open,
        "import more.ris --source 'Cochrane CENTRAL'",
        "import --undo --as lea",
        &[("--undo", "import_undone")],
    ),
    exit(
        Open,
        2,
        "import --baseline more.ris --version 1.0",
        &[
            ("--baseline", "a baseline comes before the first search"),
            ("--version", ""),
        ],
    ),
    case(
        Files,
        "dedup one.ris --output clusters.csv --review pairs.csv --relations relations.csv",
        &[
            ("--output", "[clusters.csv]"),
            ("--review", "[pairs.csv]"),
            ("--relations", "[relations.csv]"),
        ],
    ),
    case(
        Files,
        "dedup one.ris --output clusters.csv --explain 1 2",
        &[("--explain", "title        agree")],
    ),
    case(
        Older,
        "dedup upgrade --accept --as lea",
        &[("--accept", "clusters_revised")],
    ),
    after(
        Data,
        "",
        "dedup merge r1 r2 --confirm --as lea",
        &[("--confirm", "records_merged")],
    ),
    case(
        Open,
        "dedup relate r1 r2 --as-relation report-of --as lea",
        &[("--as-relation", "\"relation\":\"report-of\"")],
    ),
    case(
        Updated,
        "filter --sample 2",
        &[("--sample", "A sample to check")],
    ),
    // Screening.
    case(
        Updated,
        "screen list --phase retrieval --json",
        &[("--phase", "")],
    ),
    case(Open, "screen list --for ann", &[("--for", "to do")]),
    case(
        Open,
        "screen next --phase full-text --as ann",
        &[("--phase", "Nothing")],
    ),
    exit(
        Open,
        2,
        "screen decide r1 exclude --phase full-text --reason wrong-population --as ann",
        &[("--phase", "cannot be decided in full-text")],
    ),
    case(
        Open,
        "screen decide r1 exclude --reason wrong-population --note 'adults only' --as ann",
        &[
            ("--reason", "\"reason\":\"wrong-population\""),
            ("--note", "adults only"),
        ],
    ),
    after(
        Open,
        "screen decide r1 include --as ann\nscreen decide r1 include --as ben",
        "screen retrieve r1 not-retrieved --note 'asked twice' --as ann",
        &[("--note", "asked twice")],
    ),
    after(
        Open,
        "screen decide r1 include --as ann\nscreen decide r1 exclude --as ben",
        "screen settle r1 exclude --reason wrong-population --note 'adults only' --as lea",
        &[
            ("--reason", "\"reason\":\"wrong-population\""),
            ("--note", "adults only"),
        ],
    ),
    Case {
        base: Open,
        before: "screen decide r1 include --as ann\nscreen decide r1 exclude --as ben",
        typed: "screen settle r1 exclude --phase full-text --reason wrong-population --as lea",
        code: 2,
        claims: &[("--phase", "not in conflict in full-text")],
    },
    Case {
        base: Open,
        before: "screen decide r1 include --as ann\nscreen decide r1 exclude --as ben",
        typed: "screen return r1 --phase full-text --as lea",
        code: 2,
        claims: &[("--phase", "not in conflict in full-text")],
    },
    after(
        Open,
        "screen decide r1 include --as ann\nscreen decide r1 exclude --as ben",
        "screen return r1 --note 'adults only' --as lea",
        &[("--note", "")],
    ),
    after(
        Open,
        "screen attach r1 rayyan.csv --as ann",
        "screen detach r1 rayyan.csv --reason 'another review' --as ann",
        &[("--reason", "another review")],
    ),
    after(
        Open,
        "screen decide r1 include --as ann",
        "screen undo --check --as ann",
        &[("--check", "would be taken back")],
    ),
    after(
        Data,
        SETTLED,
        "screen undo --yes --as eve",
        &[("--yes", "event_undone")],
    ),
    case(
        Open,
        "screen import rayyan.csv --format rayyan --map-reason 'Too small=wrong-population'",
        &[
            ("--format", "2 decisions read"),
            ("--map-reason", "\"reason\":\"wrong-population\""),
        ],
    ),
    case(
        Open,
        "screen import rayyan.csv --format rayyan --reviewer ben --phase title-abstract",
        &[("--reviewer", "1 decision read")],
    ),
    exit(
        Open,
        2,
        "screen import rayyan.csv --format rayyan --phase full-text",
        &[("--phase", "an exclusion at full text needs a reason")],
    ),
    case(
        Open,
        "screen template --for ben --phase title-abstract",
        &[("--for", "r1,title-abstract,ben")],
    ),
    case(
        Open,
        "screen template --for ben --phase full-text",
        &[("--phase", "")],
    ),
    after(
        Open,
        "screen decide r1 include --as ann",
        "screen export --unblind --as lea",
        &[("--unblind", "r1,title-abstract,ann,include")],
    ),
    // Studies.
    after(
        Data,
        "",
        "study link r1 s2 --also --as lea",
        &[("--also", "")],
    ),
    // Records.
    after(
        Open,
        "",
        "record correct r1 --field year 1999 --why misprint --as lea",
        &[("--field", "year of r1"), ("--why", "")],
    ),
    // Trial data.
    case(
        Data,
        "extract list --study s1 --outcome days --json",
        &[("--study", ""), ("--outcome", "")],
    ),
    case(
        Data,
        "extract list --for lea",
        &[("--for", "to settle: events")],
    ),
    case(
        Data,
        "extract template --study s1 --outcome days",
        &[("--study", ""), ("--outcome", "")],
    ),
    case(
        Data,
        "extract set s1 age --report r1 --arm honey --population ITT --grade adults --time baseline --median 4 \
         --low 2 --high 9 --spread range --unit years --quote 'aged 4' --page 3 --source 'a letter' \
         --confidence unverified --note 'as printed' --follow-up-months 20 --as eve",
        &[
            ("--arm", "\"arm\":\"honey\""),
            ("--population", "\"population\":\"ITT\""),
            ("--grade", "\"grade\":\"adults\""),
            ("--time", "\"time\":\"baseline\""),
            ("--report", "\"report\":\"r1\""),
            ("--median", "\"median\":\"4\""),
            ("--low", "\"low\":\"2\""),
            ("--high", "\"high\":\"9\""),
            ("--spread", "\"spread\":\"range\""),
            ("--unit", "\"unit\":\"years\""),
            ("--quote", "aged 4"),
            ("--page", "\"page\":\"3\""),
            ("--source", "a letter"),
            ("--confidence", "unverified"),
            ("--note", "as printed"),
            ("--follow-up-months", "\"follow_up_months\":\"20\""),
        ],
    ),
    case(
        Data,
        "extract set s1 healed --report r1 --arm honey --time late --events 9 --n 45 --percent 20 --derived --as eve",
        &[
            ("--events", "\"events\":9"),
            ("--n", "\"n\":45"),
            ("--percent", "\"percent\":\"20\""),
            ("--derived", "\"derived\":true"),
        ],
    ),
    case(
        Data,
        "extract set s1 days --report r1 --arm honey --time late --mean -1.5 --sd 2.5 --n 45 --as eve",
        &[("--mean", "\"mean\":\"-1.5\""), ("--sd", "\"sd\":\"2.5\"")],
    ),
    case(
        Data,
        "extract set s1 relapse --report r1 --arm 'honey vs placebo' --measure HR --effect 0.5 --ci-low 0.3 \
         --ci-high 0.83 --ci-level 90 --se 0.155 --p 0.007 --as eve",
        &[
            ("--measure", "\"measure\":\"HR\""),
            ("--effect", "\"effect\":\"0.5\""),
            ("--ci-low", "\"ci_low\":\"0.3\""),
            ("--ci-high", "\"ci_high\":\"0.83\""),
            ("--ci-level", "\"ci_level\":\"90\""),
            ("--se", "\"se\":\"0.155\""),
            ("--p", "\"p\":\"0.007\""),
        ],
    ),
    case(
        Data,
        "extract set s1 masking --report r1 --text 'open label' --as eve",
        &[("--text", "open label")],
    ),
    case(
        Data,
        "extract set s1 masking --report r1 --not-reported --as eve",
        &[("--not-reported", "\"not_reported\":true")],
    ),
    case(
        Data,
        "extract set s2 healed --report r2 --arm placebo --events 15 --n 50 --reconcile --as lea",
        &[("--reconcile", "\"reconciles\":true")],
    ),
    case(
        Data,
        "extract export --unblind --as lea",
        &[("--unblind", "placebo,healed,,,,16")],
    ),
    // Answers.
    case(
        Updated,
        "report --out elsewhere",
        &[("--out", "[elsewhere/index.html]")],
    ),
    exit(Open, 3, "status --exit-code", &[("--exit-code", "")]),
    case(Updated, "prisma --at 1.0 --json", &[("--at", "")]),
    case(
        Updated,
        "prisma --layout combined --figure flow.svg --width 85mm --mono --json",
        &[
            ("--layout", ""),
            ("--figure", "[flow"),
            ("--width", ""),
            ("--mono", ""),
        ],
    ),
    case(
        Updated,
        "prisma --layout combined --figure flow.png --width 85mm --dpi 600",
        &[("--dpi", "2008 by")],
    ),
    case(
        Files,
        "pool studies.csv --measure RR --forest forest.svg --mono --rob rob.csv --style jama",
        &[("--mono", ""), ("--rob", ""), ("--style", "")],
    ),
    after(
        Updated,
        "",
        "publish 1.1 --provisional --as lead",
        &[("--provisional", "version 1.1 published")],
    ),
    case(
        Open,
        "export records --format ris",
        &[("--format", "TY  - ")],
    ),
    after(
        Open,
        "screen decide r1 include --note xylophone --as ann",
        "export events --unblind --as lea",
        &[("--unblind", "xylophone")],
    ),
    case(
        Open,
        "user add dan --role adjudicator --as lea",
        &[("--role", "adjudicator")],
    ),
    // Files alone.
    case(
        Files,
        "convert one.ris --output one.out --from ris --to nbib",
        &[("--output", "[one.out]"), ("--to", "TI  - ")],
    ),
    exit(
        Files,
        2,
        "convert one.ris --output one.jsonl --from pubmed",
        &[("--from", "the file is not nbib")],
    ),
    case(Files, "flow --template", &[("--template", "box")]),
    case(
        Files,
        "rob --template robins-i",
        &[("--template", "Study,D1,D2,D3,D4,D5,D6,D7,Overall,Weight")],
    ),
    case(
        Files,
        "pool --template --type hr",
        &[("--template", "study,hr,ci_lb,ci_ub")],
    ),
    case(Data, "pool --only days --json", &[("--only", "")]),
    case(
        Files,
        "pool studies.csv --measure RR --batch",
        &[("--batch", "\"analysis\":\"two\"")],
    ),
    case(
        Files,
        "pool studies.csv --measure RR --forest forest.svg --funnel funnel.svg --leave-one-out one.svg \
         --cumulative cumulative.svg --baujat baujat.svg --labbe labbe.svg --radial radial.svg --rob rob.csv \
         --rob-summary summary.svg --title 'Of all trials' --arms Honey,Nothing --favours Better,Worse \
         --style jama",
        &[
            ("--forest", "[forest.svg]"),
            ("--funnel", "[funnel.svg]"),
            ("--leave-one-out", "[one.svg]"),
            ("--cumulative", "[cumulative.svg]"),
            ("--baujat", "[baujat.svg]"),
            ("--labbe", "[labbe.svg]"),
            ("--radial", "[radial.svg]"),
            ("--rob-summary", "[summary.svg]"),
            ("--title", "Of all trials"),
            ("--arms", "Honey"),
            ("--favours", "Better"),
        ],
    ),
    case(
        Files,
        "pool studies.csv --measure RR --moderator year --bubble bubble.svg",
        &[("--bubble", "[bubble.svg]")],
    ),
    case(
        Files,
        "pool studies.csv --measure RR --method DL --ci hksj --level 90 --add 0.25 --zero all --keep00 \
         --prediction z --json",
        &[
            ("--method", ""),
            ("--ci", ""),
            ("--level", ""),
            ("--add", ""),
            ("--zero", ""),
            ("--keep00", ""),
            ("--prediction", ""),
        ],
    ),
    case(
        Files,
        "pool studies.csv --measure RR --method MH --mh-zero only0 --drop00 --json",
        &[("--mh-zero", ""), ("--drop00", "")],
    ),
    case(
        Files,
        "pool funnel.csv --with trim-fill --trim R0 --json",
        &[("--with", "trim_fill"), ("--trim", "")],
    ),
    case(
        Files,
        "pool many.csv --measure RR --subgroup dose --tau2 common --json",
        &[("--subgroup", "q_between"), ("--tau2", "")],
    ),
    case(
        Files,
        "pool studies.csv --measure RR --moderator year --json",
        &[("--moderator", "meta_regression")],
    ),
    case(
        Files,
        "pool studies.csv --measure RR --tau2-ci profile-likelihood --json",
        &[("--tau2-ci", "")],
    ),
    case(
        Files,
        "pool means.csv --type continuous --measure ROM --metafor 3.8 --json",
        &[("--measure", ""), ("--metafor", "")],
    ),
    exit(
        Files,
        2,
        "pool studies.csv --measure RR --type continuous",
        &[("--type", "continuous data need the columns")],
    ),
    case(
        Files,
        "pool studies.csv --measure RR --with absolute --baseline-risk 0.2 --json",
        &[("--baseline-risk", "\"baseline_risk\": 0.2")],
    ),
    case(
        Files,
        "pool studies.csv --measure RR --script r",
        &[("--script", "library(metafor)")],
    ),
    // How figures look.
    case(
        Updated,
        "versions --figure timeline.svg --width 85mm --mono",
        &[
            ("--figure", "[timeline.svg]"),
            ("--width", ""),
            ("--mono", ""),
        ],
    ),
    case(
        Updated,
        "versions --figure timeline.png --width 85mm --dpi 600",
        &[("--dpi", "2008 by")],
    ),
    after(
        Data,
        MOVED,
        "diff 1.0 working --figure bridge.svg --width 85mm --mono",
        &[("--figure", "[bridge"), ("--width", ""), ("--mono", "")],
    ),
    after(
        Data,
        MOVED,
        "diff 1.0 working --figure bridge.png --width 85mm --dpi 600",
        &[("--dpi", "2008 by")],
    ),
    case(
        Files,
        "flow counts.csv --output flow.svg --width 85mm --mono",
        &[("--output", "[flow.svg]"), ("--width", ""), ("--mono", "")],
    ),
    case(
        Files,
        "flow counts.csv --output flow.png --width 85mm --dpi 600",
        &[("--dpi", "2008 by")],
    ),
    case(
        Files,
        "rob rob.csv --output lights.svg --summary summary.svg --title 'Of all trials' --width 85mm --mono",
        &[
            ("--output", "[lights.svg]"),
            ("--summary", "[summary.svg]"),
            ("--title", "Of all trials"),
            ("--width", ""),
            ("--mono", ""),
        ],
    ),
    case(
        Data,
        "appraise set s1 healed 1.1 PY --effect adhering --comparison 'honey against tea' --population ITT \
         --time 'week 4' --note because --quote 'by computer' --page 3 --as eve",
        &[
            ("--effect", "(adhering)"),
            ("--comparison", "honey against tea"),
            ("--population", "ITT"),
            ("--time", "week 4"),
            ("--note", "because"),
            ("--quote", "by computer"),
            ("--page", "page 3"),
        ],
    ),
    exit(
        Data,
        2,
        "appraise set s1 healed 1.1 PY --settles --as lea",
        &[("--settles", "nobody entered a value")],
    ),
    after(
        Data,
        "appraise set s1 healed 1.1 PY --as eve",
        "appraise list --for eve",
        &[("--for", "D1 open: 1.1 PY")],
    ),
    after(
        Data,
        "appraise set s1 healed 1.1 PY --as eve",
        "appraise export --unblind --as lea",
        &[("--unblind", ",1.1,PY,eve")],
    ),
    case(
        Data,
        "appraise template --study s1 --result days --effect adhering",
        &[
            ("--study", ""),
            ("--result", ""),
            ("--effect", "days,adhering,2.6"),
        ],
    ),
    case(
        Files,
        "rob --answers answers.csv --output judged.csv",
        &[
            ("--answers", "D3 (3.2 not answered), D4"),
            ("--output", "[judged.csv]"),
        ],
    ),
    case(
        Files,
        "rob rob.csv --output lights.png --width 85mm --dpi 600",
        &[("--dpi", "2008 by")],
    ),
    case(
        Files,
        "simulate labelled.csv --prior 3,1 --seed 7 --label second --output order.csv --figure recall.svg \
         --width 85mm --mono",
        &[
            ("--prior", "priors 3,1"),
            ("--seed", "seed 7"),
            ("--label", ""),
            ("--output", "[order.csv]"),
            ("--figure", "[recall.svg]"),
            ("--width", ""),
            ("--mono", ""),
        ],
    ),
    case(
        Files,
        "simulate labelled.csv --exact --output order.csv --json",
        &[("--exact", "reference")],
    ),
    case(
        Files,
        "simulate labelled.csv --output order.csv --figure recall.png --width 85mm --dpi 600",
        &[("--dpi", "2008 by")],
    ),
    case(
        Files,
        "pool studies.csv --measure RR --forest forest.svg --width 85mm",
        &[("--width", "")],
    ),
    case(
        Files,
        "pool studies.csv --measure RR --forest forest.png --width 85mm --dpi 600",
        &[("--dpi", "2008 by")],
    ),
    // What a server, which does not end by itself, says of options that it cannot take; what it does
    // with others is tested where it is started.
    exit(
        Open,
        2,
        "serve --addr 0.0.0.0:0",
        &[("--addr", "other machines")],
    ),
    exit(
        Open,
        2,
        "serve --addr 127.0.0.1:0 --base-path '/a b'",
        &[("--base-path", "`a b` is no path")],
    ),
    exit(
        Open,
        2,
        "serve --addr 127.0.0.1:0 --tls-cert none.pem --tls-key none.key",
        &[("--tls-cert", "none.pem"), ("--tls-key", "none")],
    ),
    exit(
        Open,
        2,
        "serve --addr 0.0.0.0:0 --behind-proxy --url nowhere",
        &[("--behind-proxy", "--url"), ("--url", "whole address")],
    ),
    exit(
        Open,
        2,
        "serve --addr 127.0.0.1:0 --proxy-from 10.0.0.1",
        &[("--proxy-from", "--behind-proxy")],
    ),
    exit(
        Fresh,
        2,
        "serve --addr 127.0.0.1:0 --watch",
        &[("--watch", "NCBI_EMAIL")],
    ),
    exit(Fresh, 2, "watch --once", &[("--once", "NCBI_EMAIL")]),
    case(
        Fresh,
        "schedule --print cron",
        &[("--print", "17 * * * * cd ")],
    ),
    exit(
        Open,
        2,
        "serve --addr 127.0.0.1:0 --sign-in-header x",
        &[("--sign-in-header", "--behind-proxy")],
    ),
    case(
        Open,
        "user invite ben --url https://review.example --as lea",
        &[("--url", "https://review.example/")],
    ),
    exit(
        Open,
        2,
        "user token ben --days 400 --as lea",
        &[("--days", "--days")],
    ),
    case(
        Open,
        "user token ben --label laptop --as lea",
        &[("--label", "token laptop")],
    ),
    case(
        Open,
        "user token ben --end --as lea",
        &[("--end", "0 tokens of ben ended")],
    ),
    // What can be believed, and the way back.
    after(
        Open,
        "backup b.tar",
        "backup b.tar --keep 1",
        &[("--keep", "[b.tar.1]")],
    ),
    case(
        Open,
        "backup b.tar --without-full-texts",
        &[("--without-full-texts", "without the full texts")],
    ),
    exit(
        Open,
        4,
        "audit --against 0123456789ab",
        &[("--against", "cut or written anew")],
    ),
    // The linter.
    case(Files, "lint --template mine", &[("--template", "[mine/")]),
    case(
        Data,
        "lint --html found.html",
        &[("--html", "[found.html]")],
    ),
    exit(
        Open,
        2,
        "publish 1.0 --provisional --despite-lint '' --as lea",
        &[("--despite-lint", "--despite-lint")],
    ),
];
