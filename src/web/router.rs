//! The addresses of the site, each a noun that a person could type, and the room behind each.

use super::answer::Answer;
use super::ask::{Ask, Fields, Signed, twin, with_path};
use super::error::Log;
use super::guard::{check_host, check_origin};
use super::people::signed;
use super::problem::Problem;
use super::rooms::{
    account, agreement, conflicts, duplicates, explain, flow, full_text, keys, overview, people,
    records, screen, sign_in, studies,
};
use super::shell::problem_page;
use super::site::Site;
use super::{assets, meter, upload};
use crate::model::Role;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, Response, StatusCode, header};
use axum::routing::{MethodRouter, get, post};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower::ServiceExt as _;

/// Bytes of a form.
const BODY: usize = 1_000_000;
/// Until a request is answered.
const TIME: Duration = Duration::from_secs(30);
/// Until files have come over a slow line.
const FILE_TIME: Duration = Duration::from_mins(10);
/// The one address that takes files.
const FILES: &str = "/full-text/{report}/files";

/// Who may enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Anybody,
    Person,
    Lead,
}

type Room = fn(&Site, &Ask, Option<&Signed>) -> Result<Answer, Problem>;
type Own = fn(&Site, &Ask, &Signed) -> Result<Answer, Problem>;

/// A room for those who are signed in.
fn own(
    room: Own,
) -> impl Fn(&Site, &Ask, Option<&Signed>) -> Result<Answer, Problem> + Clone + Send + Sync + 'static
{
    move |site, ask, who| room(site, ask, who.ok_or(Problem::SignIn)?)
}

/// What is known of a request before its room.
#[derive(Debug, Clone)]
struct Entered {
    json: bool,
    from: IpAddr,
    peer: IpAddr,
}

/// The pattern of the address, for the log: an address itself may hold a token.
#[derive(Debug, Clone, Copy)]
struct Pattern(&'static str);

/// Every address.
pub(super) fn rooms(site: &Arc<Site>) -> Router {
    let mut router = Router::new();
    let open =
        |room: Room| move |site: &Site, ask: &Ask, who: Option<&Signed>| room(site, ask, who);
    let mut add = |path: &'static str, methods: MethodRouter| {
        router = std::mem::take(&mut router).route(path, methods);
    };
    macro_rules! at {
        ($path:literal, $method:ident, $need:ident, $room:expr) => {{
            let site = Arc::clone(site);
            let room = $room;
            $method(move |request: Request| {
                let (site, room) = (Arc::clone(&site), room.clone());
                answered(site, request, Need::$need, $path, room)
            })
        }};
        ($path:literal: $($method:ident $need:ident $room:expr),+) => {{
            let methods = MethodRouter::new();
            $(let methods = methods.merge(at!($path, $method, $need, $room));)+
            add($path, methods);
        }};
    }
    at!("/": get Person own(overview::show));
    at!("/screen": get Person own(screen::next), post Person own(screen::settings));
    at!("/screen/ahead": get Person own(screen::ahead));
    at!("/screen/undo": post Person own(screen::undo));
    at!("/screen/{report}": get Person own(screen::show), post Person own(screen::decide));
    at!("/records": get Person own(records::search));
    at!("/records/{report}": get Person own(records::show));
    at!("/conflicts": get Person own(conflicts::next));
    at!("/conflicts/{report}": get Person own(conflicts::show), post Person own(conflicts::settle));
    at!("/duplicates": get Person own(duplicates::next));
    at!("/duplicates/undo": post Person own(duplicates::undo));
    at!("/duplicates/{a}/{b}": get Person own(duplicates::show), post Person own(duplicates::judge));
    at!("/records/{report}/split/{record}": get Person own(duplicates::split_page), post Person own(duplicates::split));
    at!("/studies": get Person own(studies::list));
    at!("/studies/{study}": get Person own(studies::show), post Person own(studies::act));
    at!("/full-text": get Person own(full_text::next));
    at!("/full-text/undo": post Person own(full_text::undo));
    at!("/full-text/{report}": get Person own(full_text::show), post Person own(full_text::decide));
    at!("/full-text/{report}/files": post Person own(full_text::attach));
    at!("/full-text/{report}/files/{file}": get Person own(full_text::file), post Person own(full_text::detach));
    at!("/flow": get Person own(flow::show));
    at!("/flow/{version}": get Person own(flow::show));
    at!("/figures/{file}": get Person own(flow::file));
    at!("/explain": get Person own(explain::ask));
    at!("/explain/{*what}": get Person own(explain::show));
    at!("/agreement": get Person own(agreement::show));
    at!("/people": get Lead own(people::show), post Lead own(people::act));
    at!("/account": get Person own(account::show), post Person own(account::act));
    at!("/keys": get Person own(keys::show), post Person own(keys::act));
    at!("/sign-in": get Anybody open(sign_in::show), post Anybody open(sign_in::enter));
    at!("/sign-out": post Anybody open(sign_in::leave));
    at!("/i/{token}": get Anybody open(sign_in::invited), post Anybody open(sign_in::accept));
    at!("/healthz": get Anybody open(health));
    at!("/metrics": get Anybody open(metrics));
    at!("/assets/{file}": get Anybody open(assets::file));
    at!("/perennial.js": get Anybody open(assets::worker));
    at!("/manifest.webmanifest": get Anybody open(assets::manifest));
    at!("/favicon.ico": get Anybody open(assets::icon));
    let nowhere = {
        let site = Arc::clone(site);
        move |request: Request| {
            let site = Arc::clone(&site);
            let nothing = |_: &Site, _: &Ask, _: Option<&Signed>| {
                Err(Problem::NotFound(
                    "no page of this site has this address".to_owned(),
                ))
            };
            answered(site, request, Need::Anybody, "nowhere", nothing)
        }
    };
    let not_so = {
        let site = Arc::clone(site);
        move |request: Request| {
            let site = Arc::clone(&site);
            let refuse = |_: &Site, _: &Ask, _: Option<&Signed>| Err(Problem::Method);
            answered(site, request, Need::Anybody, "method", refuse)
        }
    };
    router.fallback(nowhere).method_not_allowed_fallback(not_so)
}

/// A request from a connection: checked, brought to its room, its answer noted.
pub(super) async fn enter(
    site: Arc<Site>,
    rooms: Router,
    peer: IpAddr,
    request: hyper::Request<hyper::body::Incoming>,
    log: Log,
) -> Response<Body> {
    let began = Instant::now();
    let method = request.method().clone();
    let response = match prepare(&site, peer, request.map(Body::new)) {
        Ok(request) => {
            let time = if is_upload(&request) { FILE_TIME } else { TIME };
            match tokio::time::timeout(time, rooms.oneshot(request)).await {
                Ok(Ok(response)) => response,
                Ok(Err(never)) => match never {},
                Err(_) => refused(&site, &Problem::Slow, None, false),
            }
        }
        Err((problem, json)) => refused(&site, &problem, None, json),
    };
    let took = began.elapsed();
    site.meter.note(response.status(), took);
    let pattern = response
        .extensions()
        .get::<Pattern>()
        .map_or("refused", |pattern| pattern.0);
    let fault = response.extensions().get::<Fault>();
    let told = fault.map_or_else(String::new, |fault| format!(" fault={:?}", fault.0));
    log(&format!(
        "at={} level={} method={} route={pattern} status={} ms={}{told}",
        site.now(),
        if response.status().is_server_error() {
            "error"
        } else {
            "info"
        },
        named(&method),
        response.status().as_u16(),
        took.as_millis(),
    ));
    response
}

/// Whether a request brings files.
fn is_upload(request: &Request) -> bool {
    let path = request.uri().path();
    *request.method() == Method::POST && path.starts_with("/full-text/") && path.ends_with("/files")
}

/// The word of a method; of one that nobody knows, that alone.
fn named(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

/// What the log tells of a fault.
#[derive(Debug, Clone)]
struct Fault(String);

/// Checks what every request must be, and takes base path and `.json` off its address.
fn prepare(site: &Site, peer: IpAddr, request: Request) -> Result<Request, (Problem, bool)> {
    let (mut parts, body) = request.into_parts();
    let whole = parts.uri.path().to_owned();
    let below = match whole.strip_prefix(site.base.as_str()) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => rest,
        _ => {
            let nothing = "no page of this site has this address".to_owned();
            return Err((Problem::NotFound(nothing), false));
        }
    };
    let (path, mut json) = twin(below);
    json |= wants_json(&parts.headers);
    let refuse = |problem| (problem, json);
    let healthy = path == "/healthz";
    // A probe asks by the address of the machine.
    if !healthy {
        check_host(&parts.headers, &parts.uri, site.origin.as_deref()).map_err(refuse)?;
    }
    check_origin(
        &parts.method,
        &parts.headers,
        &parts.uri,
        site.origin.as_deref(),
    )
    .map_err(refuse)?;
    let trimmed = if path.len() > 1 {
        path.strip_suffix('/').unwrap_or(path)
    } else {
        path
    };
    let Some(uri) = with_path(&parts.uri, trimmed) else {
        return Err(refuse(Problem::Bad(
            "the address cannot be read".to_owned(),
        )));
    };
    parts.uri = uri;
    let from = site.proxies.from(peer, &parts.headers);
    parts.extensions.insert(Entered { json, from, peer });
    Ok(Request::from_parts(parts, body))
}

fn wants_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/json"))
}

/// Reads the rest of a request and lets its room answer, on a thread that may block.
async fn answered<R>(
    site: Arc<Site>,
    request: Request,
    need: Need,
    pattern: &'static str,
    room: R,
) -> Response<Body>
where
    R: Fn(&Site, &Ask, Option<&Signed>) -> Result<Answer, Problem> + Send + 'static,
{
    let (parts, body) = request.into_parts();
    let Some(entered) = parts.extensions.get::<Entered>().cloned() else {
        return refused(&site, &Problem::Host, None, false);
    };
    let json = entered.json;
    let mut ask = Ask {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: Fields::decoded(parts.uri.query().unwrap_or_default().as_bytes()),
        form: Fields::default(),
        files: Vec::new(),
        json,
        headers: parts.headers,
        from: entered.from,
    };
    if pattern == FILES && ask.method == Method::POST {
        // Of somebody who is not signed in no file is read.
        let worker = Arc::clone(&site);
        let known = tokio::task::spawn_blocking(move || {
            let who = signed(&worker, &ask, entered.peer);
            (ask, who)
        });
        let who;
        (ask, who) = match known.await {
            Ok(known) => known,
            Err(error) => {
                let problem = Problem::Internal(error.to_string());
                return marked(refused(&site, &problem, None, json), pattern);
            }
        };
        let read = match who {
            Ok(Some(_)) => upload::read(&ask.headers, body).await,
            Ok(None) => Err(Problem::SignIn),
            Err(problem) => Err(problem),
        };
        match read {
            Ok((form, files)) => (ask.form, ask.files) = (form, files),
            Err(problem) => return marked(refused(&site, &problem, None, json), pattern),
        }
    } else {
        match form(&ask.headers, body).await {
            Ok(form) => ask.form = form,
            Err(problem) => return marked(refused(&site, &problem, None, json), pattern),
        }
    }
    if pattern == "/sign-in" && ask.method == Method::POST {
        let account = ask.form.get("name").unwrap_or_default();
        match site.gate.wait(account, ask.from, Instant::now()) {
            Ok(wait) => tokio::time::sleep(wait).await,
            Err(problem) => return marked(refused(&site, &problem, None, json), pattern),
        }
    }
    let worker = Arc::clone(&site);
    let done = tokio::task::spawn_blocking(move || {
        let site = &*worker;
        let who = match need {
            Need::Anybody if pattern == "/healthz" || pattern.starts_with("/assets") => Ok(None),
            _ => signed(site, &ask, entered.peer),
        };
        let answer = who.clone().and_then(|who| {
            match (need, &who) {
                (Need::Person | Need::Lead, None) => return Err(Problem::SignIn),
                (Need::Lead, Some(who)) if !who.person.is(Role::Lead) => {
                    return Err(Problem::Forbidden("this page is for leads".to_owned()));
                }
                _ => {}
            }
            room(site, &ask, who.as_ref())
        });
        match answer {
            Ok(answer) => answer.response(site.secure),
            Err(Problem::SignIn) if !json && ask.method == Method::GET => {
                super::shell::to_sign_in(site, &ask).response(site.secure)
            }
            Err(problem) => refused(site, &problem, who.ok().flatten().as_ref(), json),
        }
    });
    let response = done.await.unwrap_or_else(|error| {
        let problem = Problem::Internal(error.to_string());
        refused(&site, &problem, None, json)
    });
    marked(response, pattern)
}

fn marked(mut response: Response<Body>, pattern: &'static str) -> Response<Body> {
    response.extensions_mut().insert(Pattern(pattern));
    response
}

/// The fields of a body: of a form or a JSON object.
async fn form(headers: &HeaderMap, body: Body) -> Result<Fields, Problem> {
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<u64>().ok());
    if length.is_some_and(|n| n > BODY as u64) {
        return Err(Problem::TooLarge);
    }
    let bytes = axum::body::to_bytes(body, BODY)
        .await
        .map_err(|_| Problem::TooLarge)?;
    if bytes.is_empty() {
        return Ok(Fields::default());
    }
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    match kind {
        "application/x-www-form-urlencoded" => Ok(Fields::decoded(&bytes)),
        "application/json" => Fields::json(&bytes).ok_or_else(|| {
            Problem::Bad("a JSON body is an object of texts, numbers and truth values".to_owned())
        }),
        "multipart/form-data" => Err(Problem::Bad(
            "files are not taken here: a report's full-text page takes them".to_owned(),
        )),
        _ => Err(Problem::Bad(
            "a body is a form (application/x-www-form-urlencoded) or JSON (application/json)"
                .to_owned(),
        )),
    }
}

/// The page of a problem, which never fails.
fn refused(site: &Site, problem: &Problem, who: Option<&Signed>, json: bool) -> Response<Body> {
    let answer = problem_page(site, problem, who, json)
        .unwrap_or_else(|_| Answer::text(problem.status(), problem.title()));
    let mut response = answer.response(site.secure);
    if let Problem::Internal(text) = problem {
        response.extensions_mut().insert(Fault(text.clone()));
    }
    response
}

/// Whether the server and its database answer.
fn health(site: &Site, ask: &Ask, _: Option<&Signed>) -> Result<Answer, Problem> {
    let snapshot = site.store.snapshot()?;
    snapshot.read().setting("workflow")?;
    if ask.json {
        return Answer::json(&serde_json::json!({"state": "ok"}));
    }
    Ok(Answer::text(StatusCode::OK, "ok\n"))
}

/// What Prometheus reads. It counts answers, which tells nothing of a vote; it is given to a lead,
/// to a token, and to whoever asks from this machine.
fn metrics(site: &Site, ask: &Ask, who: Option<&Signed>) -> Result<Answer, Problem> {
    let lead = who.is_some_and(|who| who.person.is(Role::Lead));
    if !(lead || (ask.from.is_loopback() && who.is_none())) {
        return Err(Problem::Forbidden(
            "the counters are for leads, and for programs on this machine".to_owned(),
        ));
    }
    Ok(Answer::file(
        "text/plain; version=0.0.4; charset=utf-8",
        meter::Meter::text(&site.meter).into_bytes(),
        false,
    ))
}
