#!/usr/bin/env python3
"""Build the demonstration archive of this folder from the typed facts in `facts/`.

    python3 db/example/make.py            write 001/, 002/ and expected.json
    python3 db/example/make.py --check    write nothing; exit 1 if a committed file differs or a rule is broken

Standard library only. No clock and no random numbers: where a choice must look arbitrary (the order in which a
reviewer reads, the seconds between two votes), it comes from a hash of ids, so two runs give the same bytes.

The script has six parts: facts; files of the sources; people's decisions; trial data; the expected flow, counted from
the answer key and the decisions alone; writing and checking.
"""

import csv
import hashlib
import io
import json
import re
import sys
import textwrap
from datetime import datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

HERE = Path(__file__).resolve().parent

PUBMED, EMBASE, WOS, CENTRAL = "PubMed", "Embase", "Web of Science", "CENTRAL"
REGISTER, REFERENCES, PROCEEDINGS = "ClinicalTrials.gov", "Reference lists", "Conference proceedings"
# Every source with its kind, in the order of the workflow.
SOURCES = [
    (PUBMED, "database"), (EMBASE, "database"), (WOS, "database"), (CENTRAL, "database"),
    (REGISTER, "registers"), (REFERENCES, "other"), (PROCEEDINGS, "other"),
]
STYLE_SOURCE = {"embase": EMBASE, "wos": WOS, "central": CENTRAL, "reference-list": REFERENCES}
PAGE = 200  # records of an efetch answer

WAVES = {
    "001": {
        "facts": "archive", "label": "Archive to 30 June 2025", "search": "2025-07-01",
        "title": ["2025-07-02", "2025-07-03", "2025-07-04", "2025-07-07", "2025-07-08"],
        "settle": "2025-07-09", "retrieve": "2025-07-10",
        "full": ["2025-07-14", "2025-07-15", "2025-07-16", "2025-07-17"],
        "settle_full": "2025-07-21", "link": "2025-07-22",
        "extract": ["2025-07-23", "2025-07-24", "2025-07-25"],
    },
    "002": {
        "facts": "update", "label": "Update of 15 July 2026", "search": "2026-07-15",
        "title": ["2026-07-16", "2026-07-17", "2026-07-20"],
        "settle": "2026-07-21", "retrieve": "2026-07-22",
        "full": ["2026-07-23", "2026-07-24"],
        "settle_full": "2026-07-27", "link": "2026-07-28",
    },
}


# ---------------------------------------------------------------------------------------------- facts

def read_csv(name):
    with open(HERE / "facts" / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def several(text):
    """The items of a field that holds a list."""
    return [item for item in text.split("; ") if item]


RECORDS = read_csv("records.csv")
BACKGROUND = [dict(row, pmcid="", nct="", reading="background") for row in read_csv("background.csv")]
COPIES = read_csv("copies.csv")
TRIALS = read_csv("trials.csv")
MEETING = read_csv("proceedings.csv")
EXTRACTION = read_csv("extraction.csv")

# The filter rules of the workflow. A record of the main lane that one of them removes gets no decision here.
OTHER_DISEASE = re.compile(
    r"\b(smoldering|smouldering|monoclonal gammopathy|MGUS|plasmacytoma|amyloidosis|Waldenstr|macroglobulin|POEMS)",
    re.IGNORECASE)
ANTIBODY = re.compile(r"\b(daratumumab|isatuximab|CD38|felzartamab|mezagitamab|MOR202)", re.IGNORECASE)
NOT_RESEARCH = {"Case Reports", "Editorial", "Comment", "Published Erratum"}


def automation_rule(row):
    """The first rule that removes a record of the main lane, or None."""
    if OTHER_DISEASE.search(row["title"]) and not ANTIBODY.search(row["title"]):
        return "title-keyword"
    if NOT_RESEARCH & set(several(row["publication_types"])):
        return "publication-type"
    return None


class Report:
    """A document: the facts of its first record, where that stands, and how a decision names it."""

    def __init__(self, row, source, wave, own_id=""):
        self.row, self.source, self.wave, self.own_id = row, source, wave, own_id
        self.key = row.get("rec_id") or own_id
        self.lane = "other" if dict(SOURCES)[source] == "other" else "main"
        self.rule = automation_rule(row) if source == PUBMED else None
        self.name = row.get("pmid") or row.get("doi") or f"{source}:{own_id}"
        self.nct = several(row.get("nct", ""))


def wave_of(row):
    return next(name for name, wave in WAVES.items() if wave["facts"] == row["wave"])


def reference_rows():
    """What stands in the reference lists: publications without a PMID, and a second copy of one that has one."""
    copies = [row for row in COPIES if row["style"] == "reference-list"]
    by_key = {row["copy_of"]: row for row in copies}
    rows = []
    for row in RECORDS:
        if not row["pmid"]:
            rows.append(row)
        elif row["rec_id"] in by_key:
            rows.append(by_key[row["rec_id"]])
    rows.sort(key=lambda row: wave_of(row))  # stable: the update's own come after the archive's
    return [dict(row, own_id=f"ref-{n:03}") for n, row in enumerate(rows, 1)]


REFERENCE_ROWS = reference_rows()
REPORTS = (
    [Report(row, PUBMED, wave_of(row)) for row in RECORDS + BACKGROUND if row["pmid"]]
    + [Report(dict(row, rec_id=row["nct"], pmid="", doi=""), REGISTER, "001", row["nct"]) for row in TRIALS]
    + [Report(row, REFERENCES, wave_of(row), row["own_id"]) for row in REFERENCE_ROWS if row.get("rec_id")]
    + [Report(row, PROCEEDINGS, "001", row["id"]) for row in MEETING]
)
BY_KEY = {report.key: report for report in REPORTS}


# ------------------------------------------------------------------------------- files of the sources

def pubmed_wave(wave):
    """PubMed's reports of one wave, newest first, as ESearch lists them."""
    rows = [report for report in REPORTS if report.source == PUBMED and report.wave == wave]
    return sorted(rows, key=lambda report: -int(report.row["pmid"]))


def esearch(reports):
    """ESearch's answer: all ids of the strategy. No query was sent, and the translation says so."""
    ids = "".join(f"<Id>{report.row['pmid']}</Id>\n" for report in reports)
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n'
        '<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" '
        '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
        "<!-- Assembled from bibliographic facts for the demonstration archive; not an answer of PubMed. -->\n"
        f"<eSearchResult><Count>{len(reports)}</Count><RetMax>{len(reports)}</RetMax><RetStart>0</RetStart><IdList>\n"
        f"{ids}</IdList><TranslationSet/>"
        "<QueryTranslation>none: demonstration archive assembled from bibliographic facts, no query was sent"
        "</QueryTranslation></eSearchResult>\n")


def element(name, text, attributes=""):
    return f"<{name}{attributes}>{escape(text)}</{name}>" if text else ""


def marked_up(title):
    """A title as XML text, with superscripts and the like kept as elements."""
    return re.sub(r"&lt;(/?(?:sup|sub|i|b|u))&gt;", r"<\1>", escape(title))


def author(name):
    last, _, initials = name.rpartition(" ")
    if last and initials.isalpha() and initials.isupper() and len(initials) <= 4:
        inner = element("LastName", last) + element("Initials", initials)
    elif last and len(name.split()) == 2:  # a first name written out
        inner = element("LastName", last) + element("ForeName", initials) + element("Initials", initials[0])
    else:
        inner = element("CollectiveName", name)
    return f'<Author ValidYN="Y">{inner}</Author>'


def article(row):
    """One PubmedArticle. What nobody saw (dates, language, ISSN, status) is left out, not filled in."""
    # Names of the update were seen in full, those of the archive as abbreviations.
    journal = element("Title" if row["wave"] == "update" else "ISOAbbreviation", row["journal"])
    date = f"<PubDate>{element('Year', row['year'])}</PubDate>" if row["year"] else ""
    authors = several(row["authors"])
    databank = "".join(element("AccessionNumber", nct) for nct in several(row["nct"]))
    lines = [
        "<PubmedArticle>",
        "<MedlineCitation>",
        element("PMID", row["pmid"], ' Version="1"'),
        "<Article>",
        f'<Journal><JournalIssue>{element("Volume", row["volume"])}{element("Issue", row["issue"])}{date}'
        f"</JournalIssue>{journal}</Journal>",
        f"<ArticleTitle>{marked_up(row['title'])}</ArticleTitle>",
        f"<Pagination>{element('MedlinePgn', row['pages'])}</Pagination>" if row["pages"] else "",
        element("ELocationID", row["doi"], ' EIdType="doi" ValidYN="Y"'),
        f'<AuthorList CompleteYN="{row["authors_complete"].upper()}">' if authors else "",
        *(author(name) for name in authors),
        "</AuthorList>" if authors else "",
        "<DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName>"
        f"<AccessionNumberList>{databank}</AccessionNumberList></DataBank></DataBankList>" if databank else "",
        "<PublicationTypeList>",
        *(element("PublicationType", kind) for kind in several(row["publication_types"])),
        "</PublicationTypeList>",
        "</Article>",
        "</MedlineCitation>",
        "<PubmedData>",
        "<ArticleIdList>" + element("ArticleId", row["pmid"], ' IdType="pubmed"')
        + element("ArticleId", row["doi"], ' IdType="doi"')
        + element("ArticleId", row["pmcid"], ' IdType="pmc"') + "</ArticleIdList>",
        "</PubmedData>",
        "</PubmedArticle>",
    ]
    return "\n".join(line for line in lines if line) + "\n"


def efetch(reports):
    return (
        '<?xml version="1.0" ?>\n'
        '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
        '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
        "<!-- Assembled from bibliographic facts for the demonstration archive; not an answer of PubMed.\n"
        "     Publication types are a reading of titles, not PubMed's indexing. -->\n"
        "<PubmedArticleSet>\n" + "".join(article(report.row) for report in reports) + "</PubmedArticleSet>\n")


def copies(style, wave):
    return [row for row in COPIES if row["style"] == style and wave_of(row) == wave]


def tagged(pairs):
    """Lines of a RIS record; an empty value gives no line."""
    return "".join(f"{tag}  - {value}\n" for tag, value in pairs if value)


def surname_first(name):
    """`Attal M.` or `Attal M` with a comma: `Attal, M.`."""
    last, _, initials = name.rpartition(" ")
    return f"{last}, {initials}" if last and "," not in name else name


def first_and_last(pages):
    start, _, end = pages.partition("-")
    return start, end


def embase_ris(rows):
    out = []
    for row in rows:
        start, end = first_and_last(row["pages"])
        out.append(tagged(
            [("TY", "JOUR"), ("T1", row["title"])]
            + [("A1", surname_first(name)) for name in several(row["authors"])]
            + [("JF", row["journal"]), ("Y1", row["year"]), ("VL", row["volume"]), ("IS", row["issue"]),
               ("SP", start), ("EP", end), ("DO", row["doi"]), ("C5", row["pmid"]), ("DB", "Embase")])
            + "ER  - \n\n")
    return "".join(out)


def reference_ris(rows):
    """Our own list. The first report of LEPUS states no registry number: a person links it to its trial."""
    out = []
    for row in rows:
        start, end = first_and_last(row["pages"])
        numbers = [] if row.get("rec_id") == "cd38-006" else several(row.get("nct", ""))
        out.append(tagged(
            [("TY", "JOUR"), ("ID", row["own_id"]), ("TI", row["title"])]
            + [("AU", surname_first(name)) for name in several(row["authors"])]
            + [("T2", row["journal"]), ("PY", row["year"]), ("VL", row["volume"]), ("IS", row["issue"]),
               ("SP", start), ("EP", end), ("DO", row["doi"])]
            + [("KW", number) for number in numbers]) + "ER  - \n\n")
    return "".join(out)


def ciw(rows):
    """Tagged text of Web of Science: two-letter tag, continuation lines indented by three blanks."""
    def field(tag, values):
        return "".join(f"{tag if n == 0 else '  '} {value}\n" for n, value in enumerate(values))

    out = ["FN Clarivate Analytics Web of Science\nVR 1.0\n"]
    for row in rows:
        start, end = first_and_last(row["pages"])
        title = textwrap.wrap(row["title"], 74, break_on_hyphens=False, break_long_words=False)
        out.append(
            "PT J\n" + field("AU", several(row["authors"])) + field("TI", title)
            + "".join(f"{tag} {value}\n" for tag, value in [
                ("SO", row["journal"]), ("PY", row["year"]), ("VL", row["volume"]), ("IS", row["issue"]),
                ("BP", start), ("EP", end), ("DI", row["doi"]), ("PM", row["pmid"])] if value) + "ER\n\n")
    return "".join(out) + "EF\n"


def table(columns, rows, quoted=False):
    """A CSV file. `quoted` writes it as the Cochrane Library does: what has a value is quoted, the rest is empty."""
    if not quoted:
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue()
    cells = (['"%s"' % row[c].replace('"', '""') if row.get(c) else "" for c in columns] for row in rows)
    return "\n".join([",".join(columns), *(",".join(line) for line in cells)]) + "\n"


CENTRAL_COLUMNS = [
    "CENTRAL ID", "Author(s)", "Title", "Source", "Year", "Abstract", "Volume", "Issue", "Pages", "Database Name",
    "PubMed ID", "Embase ID", "CTgov ID", "CINAHL ID", "ICTRP ID", "Publication Type", "Keywords", "DOI", "URL",
    "Cochrane Review Group Code"]


def central_csv(rows):
    return table(CENTRAL_COLUMNS, [{
        "Author(s)": "; ".join(surname_first(name) for name in several(row["authors"])),
        "Title": row["title"], "Source": row["journal"], "Year": row["year"], "Volume": row["volume"],
        "Issue": row["issue"], "Pages": row["pages"], "DOI": row["doi"],
        "Database Name": "Cochrane Central Register of Controlled Trials (CENTRAL)",
        "PubMed ID": f"PUBMED {row['pmid']}" if row["pmid"] else "",
    } for row in rows], quoted=True)


REGISTER_COLUMNS = [
    "NCT Number", "Study Title", "Study URL", "Acronym", "Study Status", "Brief Summary", "Study Results",
    "Conditions", "Interventions", "Primary Outcome Measures", "Secondary Outcome Measures", "Other Outcome Measures",
    "Sponsor", "Collaborators", "Sex", "Age", "Phases", "Enrollment", "Funder Type", "Study Type", "Study Design",
    "Other IDs", "Start Date", "Primary Completion Date", "Completion Date", "First Posted", "Results First Posted",
    "Last Update Posted", "Locations", "Study Documents"]


def trial_title(trial):
    """Acronym, compared arms and patients: what is known here, not the registered title."""
    arms = trial["experimental"] + (f" versus {trial['comparator']}" if trial["comparator"] else "")
    title = f"{arms} in {trial['population']}"
    return f"{trial['acronym']}: {title}" if trial["acronym"] else title[0].upper() + title[1:]


def register_csv():
    return table(REGISTER_COLUMNS, [{
        "NCT Number": trial["nct"], "Study Title": trial_title(trial),
        "Study URL": f"https://clinicaltrials.gov/study/{trial['nct']}", "Acronym": trial["acronym"],
        "Conditions": trial["condition"], "Sponsor": trial["sponsor"], "Study Type": "INTERVENTIONAL",
        "Interventions": "|".join(f"DRUG: {drug}" for drug in several(trial["interventions"])),
        "Phases": "|".join(f"PHASE{phase}" for phase in trial["phase"].split("-")),
    } for trial in TRIALS])


MEETING_COLUMNS = ["id", "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "nct", "meeting"]


# --------------------------------------------------------------------------------- people's decisions

R1, R2, ADJUDICATOR, LEAD, EXTRACTOR = "reviewer-1", "reviewer-2", "adjudicator", "lead", "extractor-1"
PEOPLE = [(LEAD, "lead"), (R1, "reviewer"), (R2, "reviewer"), (ADJUDICATOR, "adjudicator"), (EXTRACTOR, "extractor")]
COLUMNS = ["report", "phase", "reviewer", "decision", "reason", "note", "at", "settles"]

# Reports that go on to full text: all of these readings, and a few of the others.
FORWARD = {"included", "duplicate-cohort", "protocol", "wrong-comparator", "pk-pd"}
ALSO_FORWARD = {
    "cd38-043", "cd38-044", "cd38-046", "cd38-052", "cd38-053", "cd38-063",  # one arm
    "cd38-097", "cd38-101", "cd38-104", "cd38-105", "cd38-106", "cd38-109",  # reviews
    "cd38-075", "cd38-078", "cd38-079", "cd38-080",  # first line of treatment
    "cd38-176", "cd38-177", "cd38-181",  # of the update
}
NOT_RETRIEVED = {"cd38-063", "cd38-105"}
# Reports whose data are used: eight main reports, twelve further ones of the same trials, one of the update.
INCLUDED = {f"cd38-{n:03}" for n in [*range(1, 9), 13, 14, 15, 23, 24, 25, 28, 31, 32, 33, 34, 35, 174]}
# Codes in the order in which they apply: the first criterion that fails is the reason.
REASONS = ["wrong-population", "wrong-intervention", "wrong-comparator", "not-randomised", "secondary", "review"]
REASON_OF_READING = {
    "duplicate-cohort": "secondary", "protocol": "secondary", "pk-pd": "secondary",
    "wrong-comparator": "wrong-comparator", "single-arm": "not-randomised", "review": "review",
    "frontline": "wrong-population"}
REASON_OF_REPORT = {"cd38-040": "wrong-intervention", "cd38-175": "wrong-intervention", "cd38-149": "not-randomised"}
NOTES_FULL = {
    "cd38-007": "the comparator contains the antibody; included as in the published review",
    "cd38-040": "the antibody is in the control arm",
    "cd38-175": "the antibody is in the control arm",
    "cd38-174": "plain-language summary; survival of a trial already included",
}
# Disagreements at full text: what each reviewer said; the adjudicator excluded all three as secondary.
FULL_CONFLICTS = {
    "cd38-016": [("exclude", "secondary"), ("include", "")],
    "cd38-021": [("include", ""), ("exclude", "secondary")],
    "cd38-148": [("exclude", "not-randomised"), ("exclude", "secondary")],
}
NOTES_SETTLED = {"cd38-021": "pooled analysis of two included trials"}
# What the update leaves open.
OPEN_TITLE_CONFLICTS = {"cd38-189", "cd38-190"}
SETTLED_TO_FORWARD = {"cd38-177"}
AWAITS_RETRIEVAL = {"cd38-176"}
HALF_DECIDED = {"cd38-181"}  # at full text only reviewer-1 has voted
MISSING_VOTES = {R1: 4, R2: 8}


def chance(*parts):
    """A number in [0, 1) that depends on its arguments only."""
    digest = hashlib.sha256("|".join(parts).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def shuffled(reports, who):
    return sorted(reports, key=lambda report: chance("order", who, report.key))


def goes_forward(report):
    return report.row.get("reading") in FORWARD or report.key in ALSO_FORWARD


def title_conflict(report):
    """Whether the two reviewers disagree on the title: rarely on background, more often on the antibodies."""
    if report.key in OPEN_TITLE_CONFLICTS | SETTLED_TO_FORWARD:
        return True
    if report.key in INCLUDED or report.source in (REGISTER, PROCEEDINGS):
        return False
    share = 0.03 if report.row.get("reading") == "background" else 0.1
    return chance("conflict", report.key) < share


def title_choice(report, who):
    forward = goes_forward(report)
    if title_conflict(report):
        dissenter = R1 if chance("dissenter", report.key) < 0.5 else R2
        if who == dissenter:
            return "exclude" if forward else ("unsure" if chance("doubt", report.key) < 0.4 else "include")
    elif forward and who == (R1 if chance("doubter", report.key) < 0.5 else R2):
        if report.key not in INCLUDED and chance("doubt", report.key) < 0.15:
            return "unsure"
    return "include" if forward else "exclude"


def title_note(report):
    if report.source == REGISTER:
        return "registry entry; its reports are screened"
    if report.source == PROCEEDINGS:
        return "congress abstract"
    return ""


def sittings(days, items, who, per_day, seconds):
    """One time for each item: days in order, a start that differs by person, a pause that differs by item."""
    times = []
    for n, item in enumerate(items):
        if n % per_day == 0:
            day = datetime.fromisoformat(days[n // per_day])
            now = day + timedelta(hours=8, minutes=30 + int(60 * chance("start", who, days[n // per_day])))
        shortest, longest = seconds
        now += timedelta(milliseconds=int(1000 * (shortest + (longest - shortest) * chance("pause", who, item.key))))
        times.append(now)
    return times


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def decide(wave):
    """All rows of a wave's decisions.csv, in time order."""
    plan = WAVES[wave]
    rows = []

    def add(moments, items, who, phase, choose, settles=""):
        for moment, report in zip(moments, items):
            choice, reason, note = choose(report)
            rows.append((moment, {
                "report": report.name, "phase": phase, "reviewer": who, "decision": choice, "reason": reason,
                "note": note, "settles": settles}))

    screened = [report for report in REPORTS if report.wave == wave and not report.rule]
    skipped = missing_votes(screened) if wave == "002" else {R1: set(), R2: set()}
    for who in (R1, R2):
        items = [report for report in shuffled(screened, who) if report.key not in skipped[who]]
        add(sittings(plan["title"], items, who, 150, (8, 45)), items, who, "title-abstract",
            lambda report, who=who: (title_choice(report, who), "", title_note(report)))

    disputed = [report for report in shuffled(screened, ADJUDICATOR)
                if title_conflict(report) and report.key not in OPEN_TITLE_CONFLICTS]
    add(sittings([plan["settle"]], disputed, ADJUDICATOR, 400, (40, 150)), disputed, ADJUDICATOR, "title-abstract",
        lambda report: ("include" if goes_forward(report) else "exclude", "", ""), settles="yes")

    sought = [report for report in shuffled(screened, LEAD)
              if goes_forward(report) and report.key not in AWAITS_RETRIEVAL]
    add(sittings([plan["retrieve"]], sought, LEAD, 400, (60, 240)), sought, LEAD, "retrieval",
        lambda report: ("not-retrieved", "", "no full text obtained") if report.key in NOT_RETRIEVED
        else ("retrieved", "", ""))

    read = [report for report in sought if report.key not in NOT_RETRIEVED]
    for n, who in enumerate((R1, R2)):
        items = [report for report in shuffled(read, who + "/full")
                 if not (who == R2 and report.key in HALF_DECIDED)]
        add(sittings(plan["full"], items, who + "/full", 18, (420, 1300)), items, who, "full-text",
            lambda report, n=n: full_choice(report, n))

    disputed = [report for report in read if report.key in FULL_CONFLICTS]
    add(sittings([plan["settle_full"]], disputed, ADJUDICATOR, 400, (600, 1200)), disputed, ADJUDICATOR, "full-text",
        lambda report: ("exclude", "secondary", NOTES_SETTLED.get(report.key, "")), settles="yes")

    rows.sort(key=lambda pair: pair[0])
    last = datetime.min
    for moment, row in rows:
        last = max(moment, last + timedelta(milliseconds=1))
        row["at"] = stamp(last)
    return [row for _, row in rows]


def full_choice(report, n):
    """What reviewer number `n` says at full text."""
    if report.key in FULL_CONFLICTS:
        choice, reason = FULL_CONFLICTS[report.key][n]
        return choice, reason, ""
    note = NOTES_FULL.get(report.key, "")
    if report.key in INCLUDED:
        return "include", "", note
    return "exclude", REASON_OF_REPORT.get(report.key) or REASON_OF_READING[report.row["reading"]], note


def missing_votes(screened):
    """Which titles each reviewer has not reached: the last of the own order that are plain exclusions."""
    skipped, taken = {}, set()
    for who, number in MISSING_VOTES.items():
        plain = [report.key for report in shuffled(screened, who)
                 if not goes_forward(report) and not title_conflict(report) and report.key not in taken]
        skipped[who] = set(plain[-number:])
        taken |= skipped[who]
    return skipped


def study_links(wave):
    """Links by a person: included reports whose record states no registry number."""
    at = stamp(datetime.fromisoformat(WAVES[wave]["link"]) + timedelta(hours=9))
    return [{"report": report.name, "study": report.nct[0], "person": LEAD, "at": at}
            for report in REPORTS if report.wave == wave and report.key == "cd38-006"]


# ------------------------------------------------------------------------------------------ trial data

EXTRACTION_COLUMNS = [
    "study", "report", "arm", "outcome", "population", "grade", "time", "events", "n", "mean", "sd", "median", "low",
    "high", "spread", "percent", "measure", "effect", "ci_low", "ci_high", "ci_level", "unit", "follow_up_months", "text",
    "not_reported", "derived", "quote", "page", "source", "confidence", "note", "extractor", "at"]


class Figure:
    """A row of facts/extraction.csv, with its address."""

    def __init__(self, row):
        self.row = row
        self.key = "|".join(row[column] for column in EXTRACTION_COLUMNS[:7])


def extraction(wave):
    """The trial data as one person would type them. The figures are facts; person and times are constructed."""
    figures = [Figure(row) for row in EXTRACTION]
    times = sittings(WAVES[wave]["extract"], figures, EXTRACTOR, 150, (20, 90))
    return [dict(figure.row, extractor=EXTRACTOR, at=stamp(time)) for figure, time in zip(figures, times)]


# --------------------------------------------------------------------------------- the files of a wave

def build_wave(wave):
    plan = WAVES[wave]
    new = pubmed_wave(wave)
    known = [report for earlier in WAVES if earlier < wave for report in pubmed_wave(earlier)]
    found = sorted(new + known, key=lambda report: -int(report.row["pmid"]))
    pages = [new[start:start + PAGE] for start in range(0, len(new), PAGE)]
    files = {"pubmed/esearch.xml": esearch(found)}
    files.update({f"pubmed/efetch-{n:03}.xml": efetch(page) for n, page in enumerate(pages, 1)})
    exports = [
        (EMBASE, "embase.ris", embase_ris(copies("embase", wave))),
        (WOS, "web-of-science.ciw", ciw(copies("wos", wave))),
        (CENTRAL, "central.csv", central_csv(copies("central", wave))),
        (REGISTER, "clinicaltrials.csv", register_csv()),
        (REFERENCES, "reference-lists.ris", reference_ris([r for r in REFERENCE_ROWS if wave_of(r) == wave])),
    ]
    if wave == "001":
        exports.append((PROCEEDINGS, "conference-proceedings.csv", table(MEETING_COLUMNS, MEETING)))
    files.update({name: text for _, name, text in exports})

    joined = decide(wave)
    began = datetime.fromisoformat(plan["search"])
    people = [{"name": name, "role": role, "at": stamp(began + timedelta(hours=16, minutes=n))}
              for n, (name, role) in enumerate(PEOPLE)] if wave == "001" else []
    files["people.csv"] = table(["name", "role", "at"], people)
    files["decisions.csv"] = table(COLUMNS, joined)
    files["studies.csv"] = table(["report", "study", "person", "at"], study_links(wave))

    toml = [f"# {plan['label']}: written by ../make.py.", f'label = "{plan["label"]}"',
            'people = "people.csv"', 'decisions = "decisions.csv"', 'studies = "studies.csv"']
    if "extract" in plan:
        files["extraction.csv"] = table(EXTRACTION_COLUMNS, extraction(wave))
        toml.append('extraction = "extraction.csv"')
    toml.append("")
    nine = began + timedelta(hours=9)
    names = ", ".join(f'"pubmed/efetch-{n:03}.xml"' for n in range(1, len(pages) + 1))
    toml += ["[[search]]", f'source = "{PUBMED}"', f'at = "{stamp(nine)}"', 'esearch = ["pubmed/esearch.xml"]',
             f"efetch = [{names}]", ""]
    for n, (source, name, _) in enumerate(exports, 1):
        toml += ["[[search]]", f'source = "{source}"', f'at = "{stamp(nine + timedelta(minutes=20 * n))}"',
                 f'files = ["{name}"]', ""]
    files["wave.toml"] = "\n".join(toml[:-1]) + "\n"
    return {f"{wave}/{name}": text for name, text in files.items()}


# ------------------------------------------------- the expected flow, from answer key and decisions alone

def count_records(files, wave):
    """Records of each source's files, counted in the files themselves."""
    text = {name.split("/", 1)[1]: body for name, body in files.items() if name.startswith(wave + "/")}
    rows = {name: list(csv.reader(io.StringIO(body))) for name, body in text.items() if name.endswith(".csv")}
    counts = {
        PUBMED: sum(body.count("<PubmedArticle>") for name, body in text.items() if "efetch" in name),
        EMBASE: text["embase.ris"].count("\nER  -"),
        WOS: text["web-of-science.ciw"].count("\nPT J"),
        CENTRAL: len(rows["central.csv"]) - 1,
        REGISTER: len(rows["clinicaltrials.csv"]) - 1,
        REFERENCES: text["reference-lists.ris"].count("\nER  -"),
        PROCEEDINGS: len(rows.get("conference-proceedings.csv", [[]])) - 1,
    }
    if wave > "001":
        counts[REGISTER] -= len(TRIALS)  # known entries of a register that was searched again stand in no box
    return counts


def clusters():
    """The answer key: every report that has second copies, with the place of each copy in its source's file."""
    by_key = {}
    for style, source in STYLE_SOURCE.items():
        for wave in WAVES:
            rows = ([r for r in REFERENCE_ROWS if wave_of(r) == wave] if style == "reference-list"
                    else copies(style, wave))
            for n, row in enumerate(rows, 1):
                if "copy_of" in row:
                    by_key.setdefault(row["copy_of"], []).append({"wave": wave, "source": source, "n": n})
    return [{"report": BY_KEY[key].name, "copies": by_key[key]} for key in sorted(by_key)]


def settle(votes, phase):
    """The state of a report in a phase and, for an exclusion, its reason."""
    for vote in votes:
        if vote["settles"] == "yes":
            return vote["decision"], vote["reason"]
    if phase == "retrieval":
        return (votes[0]["decision"], "") if votes else ("pending", "")
    if len({vote["reviewer"] for vote in votes}) < 2:
        return "pending", ""
    choices = {vote["decision"] for vote in votes}
    if phase == "title-abstract" and choices <= {"include", "unsure"}:
        return "include", ""
    if choices == {"include"}:
        return "include", ""
    if choices == {"exclude"} and len({vote["reason"] for vote in votes}) == 1:
        return "exclude", votes[0]["reason"]
    return "conflict", ""


def named(items):
    return [{"name": name, "n": n} for name, n in items if n]


def flow(waves, files):
    """The counts of a column that covers `waves`, in the shape of `perennial prisma --json`."""
    votes = {}
    for wave in waves:
        for row in csv.DictReader(io.StringIO(files[f"{wave}/decisions.csv"])):
            votes.setdefault((row["report"], row["phase"]), []).append(row)
    records = {source: sum(count_records(files, wave)[source] for wave in waves) for source, _ in SOURCES}
    reports = [report for report in REPORTS if report.wave in waves]
    state = {}
    for report in reports:
        for phase in ("title-abstract", "retrieval", "full-text"):
            state[report.key, phase] = settle(votes.get((report.name, phase), []), phase)

    lane_counts = {}
    for lane in ("main", "other"):
        mine = [report for report in reports if report.lane == lane]
        screened = [report for report in mine if not report.rule]
        title = {report.key: state[report.key, "title-abstract"][0] for report in screened}
        sought = [report for report in screened if title[report.key] == "include"]
        fetched = {report.key: state[report.key, "retrieval"][0] for report in sought}
        assessed = [report for report in sought if fetched[report.key] == "retrieved"]
        full = {report.key: state[report.key, "full-text"] for report in assessed}
        out = [reason for choice, reason in full.values() if choice == "exclude"]
        lane_counts[lane] = {
            "reports": len(mine), "rules": [report.rule for report in mine if report.rule],
            "screened": len(screened), "excluded": sum(choice == "exclude" for choice in title.values()),
            "sought": len(sought), "not_retrieved": sum(choice == "not-retrieved" for choice in fetched.values()),
            "assessed": len(assessed),
            "excluded_full_text": {"total": len(out),
                                   "by_reason": named((reason, out.count(reason)) for reason in REASONS)},
            "pending": {
                "before_screening": 0,  # pairs that deduplication leaves to people: the answer key has none
                "title_abstract": sum(choice in ("pending", "conflict") for choice in title.values()),
                "retrieval": sum(choice == "pending" for choice in fetched.values()),
                "full_text": sum(choice in ("pending", "conflict") for choice, _ in full.values())},
            "included": [report for report in assessed if full[report.key][0] == "include"],
        }
    main, other = lane_counts["main"], lane_counts["other"]
    included = main["included"] + other["included"]
    lane_records = {lane: sum(records[source] for source, kind in SOURCES if (kind == "other") == (lane == "other"))
                    for lane in lane_counts}
    rules = main["rules"]
    def box(kind):
        found = named((source, records[source]) for source, its in SOURCES if its == kind)
        return {"total": sum(item["n"] for item in found), "by_source": found}

    return {
        "provisional": any(main["pending"].values()) or any(other["pending"].values()),
        "identified": {"databases": box("database"), "registers": box("registers"), "other": box("other")},
        "removed": {
            "duplicates": lane_records["main"] - main["reports"],
            "automation": {"total": len(rules), "by_rule": named(
                (rule, rules.count(rule)) for rule in ("title-keyword", "publication-type"))},
            "other": {"total": 0, "by_rule": []}},
        "screened": main["screened"],
        "excluded": {"total": main["excluded"], "by_human": main["excluded"], "by_tool": 0},
        "sought": main["sought"], "not_retrieved": main["not_retrieved"], "assessed": main["assessed"],
        "excluded_full_text": main["excluded_full_text"],
        "other_methods": {
            "duplicates": lane_records["other"] - other["reports"], "excluded": other["excluded"],
            "sought": other["sought"], "not_retrieved": other["not_retrieved"], "assessed": other["assessed"],
            "excluded_full_text": other["excluded_full_text"], "pending": other["pending"]},
        "included": {"studies": len({report.nct[0] for report in included}), "reports": len(included)},
        "pending": main["pending"],
    }


def expected(files):
    names = list(WAVES)
    waves = {}
    for n, wave in enumerate(names):
        rows = list(csv.DictReader(io.StringIO(files[f"{wave}/decisions.csv"])))
        titles = {}
        for row in rows:
            if row["phase"] == "title-abstract" and not row["settles"]:
                titles.setdefault(row["report"], []).append(row["decision"])
        both = [choices for choices in titles.values() if len(choices) == 2]
        waves[wave] = {
            "label": WAVES[wave]["label"], "records_in_files": count_records(files, wave), "decisions": len(rows),
            "title_votes": {"both": len(both), "one": len(titles) - len(both),
                            "disagree": sum("exclude" in c and c != ["exclude"] * 2 for c in both),
                            "settled": sum(r["phase"] == "title-abstract" and r["settles"] == "yes" for r in rows)},
            "this_wave": flow([wave], files), "cumulative": flow(names[:n + 1], files)}
    return {
        "what": "Counts of the demonstration archive, from its answer key and decisions alone (make.py). "
                "Not the counts of the published review.",
        "waves": waves,
        "included": [{"report": BY_KEY[key].name, "studies": BY_KEY[key].nct, "wave": BY_KEY[key].wave}
                     for key in sorted(INCLUDED)],
        "clusters": clusters(),
    }


def layout(value, indent=0):
    """JSON with short objects and lists on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + indent <= 110 or not isinstance(value, (dict, list)):
        return flat
    pad = " " * (indent + 2)
    if isinstance(value, dict):
        inner = [f"{pad}{json.dumps(key)}: {layout(item, indent + 2)}" for key, item in value.items()]
        return "{\n" + ",\n".join(inner) + "\n" + " " * indent + "}"
    return "[\n" + ",\n".join(pad + layout(item, indent + 2) for item in value) + "\n" + " " * indent + "]"


# ------------------------------------------------------------------------------- writing and checking

def build():
    files = {}
    for wave in WAVES:
        files.update(build_wave(wave))
    files["expected.json"] = layout(expected(files)) + "\n"
    return files


def faults(files):
    """Broken rules of the archive, in words."""
    def repeated(values, what):
        values = [value for value in values if value]
        return [f"{what} {value} occurs twice" for value in sorted({v for v in values if values.count(v) > 1})]

    found = repeated([report.key for report in REPORTS], "report")
    found += repeated([row["pmid"] for row in RECORDS + BACKGROUND], "PMID")
    found += repeated([row["doi"].lower() for row in RECORDS + BACKGROUND + MEETING], "DOI")
    found += repeated([row["copy_id"] for row in COPIES], "copy")
    found += repeated([row["nct"] for row in TRIALS], "trial")
    found += [f"{row['copy_id']}: no record {row['copy_of']}" for row in COPIES if row["copy_of"] not in BY_KEY]
    found += [f"{row['copy_id']} comes before {row['copy_of']}" for row in COPIES
              if row["copy_of"] in BY_KEY and wave_of(row) < BY_KEY[row["copy_of"]].wave]
    registered = {row["nct"] for row in TRIALS}
    found += [f"{report.key}: {nct} is not in trials.csv" for report in REPORTS for nct in report.nct
              if nct not in registered]
    found += [f"{report.key}: no title and no identifier" for report in REPORTS
              if not report.row.get("title") and report.source != REGISTER
              and not (report.row.get("pmid") or report.row.get("doi"))]

    names = {}
    for report in REPORTS:
        names.setdefault(report.name.lower(), []).append(report)
    last = ""
    for wave in WAVES:
        votes = {}
        rows = list(csv.DictReader(io.StringIO(files[f"{wave}/decisions.csv"])))
        begin = WAVES[wave]["search"] + "T23:59:59.999Z"
        for n, row in enumerate(rows, 2):
            place = f"{wave}/decisions.csv:{n}"
            if row["at"] <= max(last, begin):
                found.append(f"{place}: {row['at']} is not later than what came before")
            last = row["at"]
            targets = names.get(row["report"].lower(), [])
            if len(targets) != 1:
                found.append(f"{place}: {row['report']} names {len(targets)} records")
                continue
            target = targets[0]
            if target.wave > wave:
                found.append(f"{place}: {row['report']} is not known yet")
            if target.rule:
                found.append(f"{place}: {row['report']} is removed by the rule {target.rule}")
            if (row["decision"] == "exclude" and row["phase"] == "full-text") != (row["reason"] in REASONS):
                found.append(f"{place}: reason {row['reason']!r} does not fit")
            votes.setdefault((target.key, row["phase"]), []).append(row)
        for report in REPORTS:
            if report.wave != wave or report.rule:
                continue
            cast = [row for row in votes.get((report.key, "title-abstract"), []) if row["settles"] != "yes"]
            if wave == "001" and sorted(row["reviewer"] for row in cast) != [R1, R2]:
                found.append(f"{report.key}: {len(cast)} title votes in wave 001")
        for (key, phase), cast in votes.items():
            voters = [row["reviewer"] for row in cast]
            if len(voters) != len(set(voters)):
                found.append(f"{key}: someone voted twice at {phase}")

    found += figure_faults(names)

    result = json.loads(files["expected.json"])
    for wave, counts in result["waves"].items():
        for column in ("this_wave", "cumulative"):
            found += [f"{wave} {column}: {fault}" for fault in identities(counts[column])]
    first, second = (result["waves"][wave]["this_wave"] for wave in WAVES)
    if first["provisional"] or not second["provisional"]:
        found.append("wave 001 should leave nothing open, and wave 002 something")
    return found


def figure_faults(names):
    """What is wrong with the trial data: addresses, reports, numbers. `names` are the reports by name."""
    found, seen = [], set()
    number = re.compile(r"-?[0-9]+([.][0-9]+)?")
    trials = {nct for key in INCLUDED for nct in BY_KEY[key].nct}
    for n, row in enumerate(EXTRACTION, 2):
        place = f"facts/extraction.csv:{n}"
        key = Figure(row).key
        if key in seen:
            found.append(f"{place}: the cell stands there twice")
        seen.add(key)
        if row["study"] not in trials:
            found.append(f"{place}: {row['study']} is no included trial")
        if row["report"]:
            targets = names.get(row["report"].lower(), [])
            if len(targets) != 1 or targets[0].key not in INCLUDED or row["study"] not in targets[0].nct:
                found.append(f"{place}: {row['report']} is no included report of {row['study']}")
        elif not row["note"]:
            found.append(f"{place}: a figure without a report needs a note")
        for column in ("events", "n", "mean", "sd", "median", "low", "high", "percent", "effect", "ci_low", "ci_high",
                       "ci_level", "follow_up_months"):
            if row[column] and not number.fullmatch(row[column]):
                found.append(f"{place}: {column} {row[column]!r} is no number")
        if row["events"] and row["n"] and int(row["events"]) > int(row["n"]):
            found.append(f"{place}: {row['events']} events in {row['n']}")
        if row["confidence"] not in ("verified", "unverified") or not row["source"]:
            found.append(f"{place}: source and confidence are needed")
    return found


def identities(c):
    """The identities of the flow that these counts do not keep."""
    other, pending = c["other_methods"], c["pending"]
    identified = c["identified"]["databases"]["total"] + c["identified"]["registers"]["total"]
    removed = c["removed"]
    checks = {
        "I1": (identified - removed["duplicates"] - removed["automation"]["total"] - removed["other"]["total"],
               c["screened"] + pending["before_screening"]),
        "I2": (c["screened"], c["excluded"]["total"] + c["sought"] + pending["title_abstract"]),
        "I3": (c["sought"], c["not_retrieved"] + c["assessed"] + pending["retrieval"]),
        "I4": (c["assessed"] + other["assessed"],
               c["excluded_full_text"]["total"] + other["excluded_full_text"]["total"] + c["included"]["reports"]
               + pending["full_text"] + other["pending"]["full_text"]),
        "O1": (c["identified"]["other"]["total"],
               other["duplicates"] + other["excluded"] + other["sought"] + other["pending"]["title_abstract"]
               + other["pending"]["before_screening"]),
        "O2": (other["sought"], other["not_retrieved"] + other["assessed"] + other["pending"]["retrieval"]),
    }
    return [f"{name}: {left} is not {right}" for name, (left, right) in checks.items() if left != right]


def print_flow(files):
    for wave, counts in json.loads(files["expected.json"])["waves"].items():
        print(f"{wave}  {counts['label']}  ({counts['decisions']} decisions)")
        for column in ("this_wave", "cumulative"):
            c = counts[column]
            lists = {kind: ", ".join(f"{s['name']} {s['n']}" for s in c["identified"][kind]["by_source"])
                     for kind in c["identified"]}
            removed, other = c["removed"], c["other_methods"]
            rules = ", ".join(f"{r['name']} {r['n']}" for r in removed["automation"]["by_rule"])

            def reasons(part):
                return ", ".join(f"{r['name']} {r['n']}" for r in part["by_reason"]) or "none"

            print(f"  {column.replace('_', ' ')}{' (provisional)' if c['provisional'] else ''}")
            for kind in lists:
                print(f"    identified, {kind}: {c['identified'][kind]['total']} ({lists[kind]})")
            print(f"    removed: duplicates {removed['duplicates']}, automation {removed['automation']['total']} "
                  f"({rules}), other {removed['other']['total']}")
            print(f"    screened {c['screened']}, excluded {c['excluded']['total']}, sought {c['sought']}, "
                  f"not retrieved {c['not_retrieved']}, assessed {c['assessed']}")
            print(f"    excluded at full text {c['excluded_full_text']['total']}: {reasons(c['excluded_full_text'])}")
            print(f"    other methods: duplicates {other['duplicates']}, excluded {other['excluded']}, sought "
                  f"{other['sought']}, not retrieved {other['not_retrieved']}, assessed {other['assessed']}, excluded at "
                  f"full text {other['excluded_full_text']['total']}: {reasons(other['excluded_full_text'])}")
            print(f"    included: {c['included']['studies']} studies in {c['included']['reports']} reports; pending: "
                  + ", ".join(f"{phase.replace('_', ' ')} {n + other['pending'][phase]}"
                              for phase, n in c["pending"].items()))


def main(arguments):
    if arguments not in ([], ["--check"]):
        print("usage: make.py [--check]", file=sys.stderr)
        return 2
    files = build()
    problems = faults(files)
    stale = [path.relative_to(HERE).as_posix() for wave in WAVES for path in sorted((HERE / wave).rglob("*"))
             if path.is_file() and path.relative_to(HERE).as_posix() not in files]
    if arguments:
        for name, text in files.items():
            path = HERE / name
            if not path.is_file():
                problems.append(f"{name} is missing")
            elif path.read_bytes() != text.encode():
                problems.append(f"{name} differs from what make.py writes")
        problems += [f"{name} is not written by make.py" for name in stale]
    else:
        for name in stale:
            (HERE / name).unlink()
        for name, text in files.items():
            (HERE / name).parent.mkdir(parents=True, exist_ok=True)
            (HERE / name).write_bytes(text.encode())
    print_flow(files)
    for problem in problems:
        print(f"make.py: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
