//! The arguments of `serve`.

use clap::Args;
use std::net::IpAddr;
use std::path::PathBuf;

/// `serve`
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Where to listen; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "HOST:PORT")]
    pub addr: String,
    /// The path under which a proxy shows the site
    #[arg(long, default_value = "/", value_name = "PATH")]
    pub base_path: String,
    /// The certificate chain, PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The private key of the certificate, PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Update when the schedule says so, as `watch` does
    #[arg(long)]
    pub watch: bool,
    /// A proxy stands before the server and protects what is sent
    #[arg(long)]
    pub behind_proxy: bool,
    /// An address of the proxy besides loopback; may be given several times
    #[arg(long, value_name = "ADDRESS", requires = "behind_proxy")]
    pub proxy_from: Vec<IpAddr>,
    /// The header in which the proxy names the person who is signed in
    #[arg(long, value_name = "NAME", requires = "behind_proxy")]
    pub sign_in_header: Option<String>,
    /// The public address; needed for any but loopback [default: what PERENNIAL_URL holds]
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
}
