//! Sites that pages ask and tests cannot reach, a CDN for example: Caddy serves them under their own names, encrypted, and
//! with the headers that such sites send.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::Child;

use tempfile::TempDir;

use crate::software;

/// Sites that are served until this is dropped; for [`crate::Browser::reaching`].
pub struct Elsewhere {
    child: Child,
    address: SocketAddr,
    _folder: TempDir,
}

impl Elsewhere {
    #[track_caller]
    pub(crate) fn serve(folder: TempDir) -> Self {
        let names: Vec<String> = fs::read_dir(folder.path())
            .expect("the sites are there")
            .map(|entry| entry.expect("a site").file_name().to_string_lossy().into_owned())
            .collect();
        let (address, mut child) = software::start("caddy", folder.path(), |port| {
            let mut text =
                format!("{{\n admin off\n auto_https disable_redirects\n skip_install_trust\n https_port {port}\n}}\n");
            for name in &names {
                let root = folder.path().join(name);
                text += &format!(
                    "{name} {{\n tls internal\n bind 127.0.0.1\n root * {}\n file_server\n \
                     header Access-Control-Allow-Origin *\n header Cross-Origin-Resource-Policy cross-origin\n}}\n",
                    root.display()
                );
            }
            let file = folder.path().join("Caddyfile");
            fs::write(&file, text).expect("the configuration is written");
            software::caddy(folder.path(), &file)
        });
        // What it says must go somewhere, or it would block once the pipe is full.
        let lines = BufReader::new(child.stderr.take().expect("a piped stderr")).lines();
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self { child, address, _folder: folder }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
