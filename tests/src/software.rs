//! The servers that `pyrite build --target` writes files for, as `cargo xtask test` installs them.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::{Server, paths, reaper};

/// How long a server may take until it answers; none takes so long unless it fails.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);

/// A server that people use.
#[derive(Clone, Copy, Debug)]
pub enum Software {
    /// nginx, with the snippet in its `server` block.
    Nginx,
    /// Caddy, with the snippet imported into its site.
    Caddy,
    /// Django's own server, with the middleware and the template.
    Django,
    /// Flask's own server, with `init_app` and the template.
    Flask,
}

impl Software {
    /// The word that `--target` has for it.
    pub fn target(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Caddy => "caddy",
            Self::Django => "django",
            Self::Flask => "flask",
        }
    }

    /// Serves the build in `out` of the folder.
    #[track_caller]
    pub(crate) fn serve(self, folder: TempDir) -> Server {
        let (address, child) = start(self.target(), folder.path(), |port| self.command(folder.path(), port));
        Server::of_software(folder, address, child)
    }

    fn command(self, folder: &Path, port: u16) -> Command {
        let (name, template) = match self {
            Self::Nginx => ("nginx.conf", include_str!("software/nginx.conf")),
            Self::Caddy => ("Caddyfile", include_str!("software/Caddyfile")),
            Self::Django => ("site.py", include_str!("software/django.py")),
            Self::Flask => ("site.py", include_str!("software/flask.py")),
        };
        let file = folder.join(name);
        let text = template.replace("FOLDER", &folder.display().to_string()).replace("PORT", &port.to_string());
        fs::write(&file, text).expect("the server's configuration is written");
        match self {
            Self::Nginx => {
                let mut command = Command::new(nginx());
                command.arg("-c").arg(file);
                command
            }
            Self::Caddy => caddy(folder, &file),
            Self::Django | Self::Flask => {
                let mut command = Command::new(paths::root().join("target/test-hosts/bin/python"));
                command.arg(file);
                command
            }
        }
    }
}

/// Starts a program that serves, on a port that is free, and waits until it does.
#[track_caller]
pub(crate) fn start(name: &str, folder: &Path, command: impl Fn(u16) -> Command) -> (SocketAddr, Child) {
    // Another program may take the port between our look and the server's.
    for _ in 0..5 {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let mut command = command(address.port());
        command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = reaper::adopt(&mut command)
            .spawn()
            .unwrap_or_else(|error| panic!("{name} does not start: {error}\nhint: cargo xtask test installs it"));
        if answers(&mut child, address) {
            return (address, child);
        }
        let _ = child.kill();
        let said = child.wait_with_output().map(|output| output.stderr).unwrap_or_default();
        eprintln!("{name} gave no answer: {}", String::from_utf8_lossy(&said));
    }
    panic!("{name} does not start")
}

/// Caddy, with all that it keeps in a folder.
pub(crate) fn caddy(folder: &Path, file: &Path) -> Command {
    let mut command = Command::new("caddy");
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(file);
    command.env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder);
    command
}

fn nginx() -> PathBuf {
    // Debian puts it where only root looks.
    let there = PathBuf::from("/usr/sbin/nginx");
    if there.is_file() { there } else { PathBuf::from("nginx") }
}

/// Waits until the server takes connections; `false` when it has ended.
fn answers(child: &mut Child, address: SocketAddr) -> bool {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if matches!(child.try_wait(), Ok(Some(_)) | Err(_)) {
            return false;
        }
        if TcpStream::connect(address).is_ok() {
            return true;
        }
        std::thread::sleep(PAUSE);
    }
    false
}
