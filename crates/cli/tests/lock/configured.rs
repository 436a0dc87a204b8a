//! What pip and uv are configured with on a machine: certificates, names and passwords, and what is not to be asked.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use crate::Project;
use crate::index::Index;

const WHEEL: &str = "pyrite_a-1.0-py3-none-any.whl";

/// What the command says, and whether it locked, with these variables.
fn lock(project: &Project, flags: &[&str], variables: &[(&str, &str)]) -> (bool, String) {
    let mut command = project.pyrite(&["lock", "site", "--color", "never"]);
    let output = command.args(flags).envs(variables.iter().copied()).output().unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

#[track_caller]
fn locks(project: &Project, flags: &[&str], variables: &[(&str, &str)]) {
    let _ = fs::remove_file(project.site().join("pyrite.lock"));
    let (locked, said) = lock(project, flags, variables);
    assert!(locked, "{variables:?}: {said}");
    assert!(fs::read_to_string(project.site().join("pyrite.lock")).unwrap().contains(WHEEL));
}

fn index() -> Index {
    Index::start().package("pyrite-a", &[(WHEEL, &[])])
}

#[test]
fn an_index_by_https_needs_a_certificate_that_is_known() {
    let index = Index::secure().package("pyrite-a", &[(WHEEL, &[])]);
    let url = index.url();
    let project = Project::asking(&["pyrite-a"]);
    let folder = project.0.path().join("certificates");
    fs::create_dir(&folder).unwrap();
    let file = folder.join("own.pem");
    fs::write(&file, format!("Our own.\n{}", index.certificate())).unwrap();
    let (locked, said) = lock(&project, &["--index-url", &url], &[]);
    assert!(!locked && said.contains("/simple/pyrite-a/ cannot be reached: "), "{said}");
    assert!(said.contains("; PIP_CERT or SSL_CERT_FILE names those that count."), "{said}");
    let (path, in_folder) = (file.to_str().unwrap(), folder.to_str().unwrap());
    for (name, value) in [
        ("PIP_CERT", path),
        ("SSL_CERT_FILE", path),
        ("REQUESTS_CA_BUNDLE", path),
        ("CURL_CA_BUNDLE", path),
        ("SSL_CERT_DIR", in_folder),
        ("PIP_CERT", in_folder),
        ("PIP_TRUSTED_HOST", "127.0.0.1"),
        ("UV_INSECURE_HOST", index.host()),
    ] {
        locks(&project, &["--index-url", &url], &[(name, value)]);
    }
    // It counts alone: what else this machine knows does not.
    let (locked, said) = lock(&project, &["--index-url", &url], &[("SSL_CERT_FILE", path), ("PIP_TRUSTED_HOST", "x")]);
    assert!(locked, "{said}");
    let other = folder.join("other.pem");
    fs::write(&other, Index::secure().certificate()).unwrap();
    let (locked, said) =
        lock(&project, &["--index-url", &url], &[("PIP_CERT", other.to_str().unwrap()), ("SSL_CERT_FILE", path)]);
    assert!(!locked, "{said}");
    for (text, name) in [
        (format!("[global]\ncert = {path}\n"), ".config/pip/pip.conf"),
        ("allow-insecure-host = ['127.0.0.1']".to_owned(), "site/uv.toml"),
    ] {
        let place = project.0.path().join(name);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, text).unwrap();
        locks(&project, &["--index-url", &url], &[]);
        fs::remove_file(place).unwrap();
    }
}

#[test]
fn an_index_that_wants_a_certificate_of_its_clients_gets_it() {
    let index = Index::secure_for_known().package("pyrite-a", &[(WHEEL, &[])]);
    let url = index.url();
    let project = Project::asking(&["pyrite-a"]);
    let write = |name: &str, text: &str| {
        let path = project.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let root = write("root.pem", index.certificate());
    let own = write("own.pem", index.client());
    let known = ("PIP_CERT", root.as_str());
    let (locked, said) = lock(&project, &["--index-url", &url], &[known]);
    assert!(!locked && said.contains("/simple/pyrite-a/ cannot be reached: "), "{said}");
    for name in ["PIP_CLIENT_CERT", "SSL_CLIENT_CERT"] {
        locks(&project, &["--index-url", &url], &[known, (name, &own)]);
        locks(&project, &["--index-url", &url], &[("PIP_TRUSTED_HOST", "127.0.0.1"), (name, &own)]);
    }
    write(".config/pip/pip.conf", &format!("[global]\nclient-cert = {own}\n"));
    locks(&project, &["--index-url", &url], &[known]);
    // A certificate alone shows nothing.
    index.forget();
    let half = lock(&project, &["--index-url", &url], &[known, ("PIP_CLIENT_CERT", &root)]).1;
    assert!(half.contains("(PIP_CLIENT_CERT) has no private key in it"), "{half}");
    assert!(index.asked().is_empty());
}

#[test]
fn certificates_that_cannot_be_read_are_said() {
    let index = Index::secure();
    let project = Project::asking(&["pyrite-a"]);
    let nowhere = lock(&project, &["--index-url", &index.url()], &[("PIP_CERT", "gone.pem")]).1;
    assert!(
        nowhere.contains("/simple/pyrite-a/ cannot be asked: `gone.pem` (PIP_CERT) cannot be read: No such file"),
        "{nowhere}"
    );
    fs::write(project.0.path().join("text.pem"), "no certificate").unwrap();
    let none = lock(&project, &["--index-url", &index.url()], &[("SSL_CERT_FILE", "text.pem")]).1;
    assert!(none.contains("`text.pem` (SSL_CERT_FILE) has no certificate in it"), "{none}");
    assert!(index.asked().is_empty());
}

#[test]
fn an_index_that_wants_a_password_gets_it_from_where_it_is() {
    let index = index().private("me", "p@ss");
    let url = index.url();
    let with = |login: &str| url.replace("://", &format!("://{login}@"));
    let project = Project::asking(&["pyrite-a"]);
    let (locked, said) = lock(&project, &["--index-url", &url], &[]);
    assert!(
        !locked && said.contains("answers 401: it wants a name and a password, in its address or in .netrc."),
        "{said}"
    );
    let (locked, said) = lock(&project, &["--index-url", &with("me")], &[]);
    assert!(
        !locked && said.contains("answers 401: there is a name (`me`), and no password in its address or in .netrc."),
        "{said}"
    );
    let (locked, said) = lock(&project, &["--index-url", &with("me:no")], &[]);
    assert!(
        !locked && said.contains("answers 401: it does not take the name `me` with the password that is configured."),
        "{said}"
    );
    locks(&project, &["--index-url", &with("me:p%40ss")], &[]);
    locks(
        &project,
        &[],
        &[
            ("UV_DEFAULT_INDEX", &format!("own={url}")),
            ("UV_INDEX_OWN_USERNAME", "me"),
            ("UV_INDEX_OWN_PASSWORD", "p@ss"),
        ],
    );
    let project = project.file("uv.toml", &format!("[[index]]\nname = 'our-own'\nurl = '{url}'\ndefault = true\n"));
    locks(&project, &[], &[("UV_INDEX_OUR_OWN_USERNAME", "me"), ("UV_INDEX_OUR_OWN_PASSWORD", "p@ss")]);
    // The name is in the address, and the file knows several.
    let file = project.0.path().join(".netrc");
    fs::write(&file, "machine 127.0.0.1 login you password x\nmachine 127.0.0.1 login me password p@ss\n").unwrap();
    locks(&project, &["--index-url", &with("me")], &[]);
    let written = fs::read_to_string(project.site().join("pyrite.lock")).unwrap();
    assert!(!written.contains("me@") && !written.contains("ss"), "{written}");
}

#[test]
fn a_build_gets_wheels_with_the_same_name_and_password() {
    let index = index().private("me", "secret");
    let project = Project::asking(&["pyrite-a"]);
    let login = index.url().replace("://", "://me:secret@");
    locks(&project, &[], &[("PIP_INDEX_URL", &login)]);
    let build = |variables: &[(&str, &str)]| {
        let mut command = project.pyrite(&["build", "site", "-o", "out", "--color", "never"]);
        let output = command.envs(variables.iter().copied()).output().unwrap();
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    let (built, said) = build(&[]);
    assert!(!built && said.contains("pyrite-a 1.0 cannot be had: http://") && said.contains("answers 401"), "{said}");
    let (built, said) = build(&[("PIP_INDEX_URL", &login)]);
    assert!(built, "{said}");
}

/// A folder with a program `keyring`, which knows one password and writes down what it is asked.
fn keyring(project: &Project, service: &str) -> PathBuf {
    let folder = project.0.path().join("bin");
    fs::create_dir_all(&folder).unwrap();
    let program = folder.join("keyring");
    let log = project.0.path().join("asked.txt");
    let text = format!(
        "#!/bin/sh\necho \"$@\" >> '{}'\nif [ \"$*\" = 'get {service} me' ]; then echo 'p@ss'; else exit 1; fi\n",
        log.display()
    );
    // Written by another process: were it written by this one, another test could begin a command meanwhile, which has
    // the program open for a moment.
    let mut copy = std::process::Command::new("sh");
    copy.args(["-c", "printf %s \"$1\" > \"$0\"; chmod +x \"$0\""]).arg(&program).arg(text);
    assert!(copy.status().unwrap().success());
    assert_eq!(fs::metadata(&program).unwrap().permissions().mode() & 0o100, 0o100);
    folder
}

#[test]
fn a_keyring_is_asked_where_it_is_configured() {
    let index = index().private("me", "p@ss");
    let url = index.url();
    let with_name = url.replace("://", "://me@");
    let project = Project::asking(&["pyrite-a"]);
    let asked = project.0.path().join("asked.txt");
    for service in [url.as_str(), index.host()] {
        let path = format!("{}:/usr/bin:/bin", keyring(&project, service).display());
        locks(&project, &["--index-url", &with_name], &[("PATH", &path), ("UV_KEYRING_PROVIDER", "subprocess")]);
        locks(&project, &["--index-url", &with_name], &[("PATH", &path), ("PIP_KEYRING_PROVIDER", "subprocess")]);
    }
    let said = fs::read_to_string(&asked).unwrap();
    // Once for each command, then for the host.
    let (first, second) = (format!("get {url} me\n"), format!("get {} me\n", index.host()));
    assert_eq!(said, format!("{first}{first}{first}{second}{first}{second}"));
    fs::remove_file(&asked).unwrap();

    let path = format!("{}:/usr/bin:/bin", keyring(&project, &url).display());
    let (locked, said) = lock(&project, &["--index-url", &with_name], &[("PATH", &path)]);
    assert!(!locked && !asked.exists(), "{said}");
    let project = project.file("uv.toml", "keyring-provider = 'subprocess'\n");
    locks(&project, &["--index-url", &with_name], &[("PATH", &path)]);
    let you = url.replace("://", "://you@");
    let (locked, said) = lock(&project, &["--index-url", &you], &[("PATH", &path)]);
    assert!(!locked && said.contains("answers 401: `keyring get` has no password of `you` for it."), "{said}");
}

#[test]
fn indexes_that_are_not_to_be_asked_are_not() {
    let index = index();
    let url = index.url();
    let project = Project::asking(&["pyrite-a"]);
    let (locked, said) = lock(&project, &[], &[("PIP_INDEX_URL", &url), ("PIP_NO_INDEX", "1")]);
    assert!(
        !locked
            && said.contains(
                "pyrite-a is in none of the places that were looked in and no index is asked: PIP_NO_INDEX\n"
            ),
        "{said}"
    );
    let (locked, said) = lock(&project, &[], &[("PIP_INDEX_URL", &url), ("UV_OFFLINE", "1")]);
    assert!(!locked && said.contains("and no network is asked"), "{said}");
    let project = project.file("requirements.txt", "--no-index\n");
    let (locked, said) = lock(&project, &[], &[("PIP_INDEX_URL", &url)]);
    assert!(!locked && said.contains("no index is asked: `--no-index` in requirements.txt"), "{said}");
    assert!(index.asked().is_empty(), "{:?}", index.asked());
    let project = project.wheel(WHEEL, &[]);
    locks(&project, &[], &[("PIP_INDEX_URL", &url), ("PIP_FIND_LINKS", "wheels")]);
    locks(&project, &[], &[("PIP_INDEX_URL", &url), ("UV_FIND_LINKS", "wheels,site")]);
    assert!(index.asked().is_empty(), "{:?}", index.asked());
    // Who names one wants it.
    locks(&project, &["--index-url", &url], &[("PIP_NO_INDEX", "1")]);
    assert!(!index.asked().is_empty());
}

#[test]
fn more_indexes_are_asked_besides_the_first() {
    let first = index();
    let more = Index::start().package("pyrite-b", &[("pyrite_b-2.0-py3-none-any.whl", &[])]);
    for name in ["PIP_EXTRA_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_INDEX"] {
        let project = Project::asking(&["pyrite-a", "pyrite-b"]);
        locks(&project, &[], &[("UV_DEFAULT_INDEX", &first.url()), (name, &more.url())]);
    }
    let project = Project::asking(&["pyrite-a", "pyrite-b"])
        .file("requirements.txt", &format!("--index-url {}\n--extra-index-url={}\n", first.url(), more.url()));
    locks(&project, &[], &[]);
}

/// Passes on what goes to a host, and says which one that was.
fn proxy() -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            let mut reader = BufReader::new(client.try_clone().unwrap());
            let mut first = String::new();
            reader.read_line(&mut first).unwrap();
            let mut line = String::new();
            while reader.read_line(&mut line).unwrap() > 2 {
                line.clear();
            }
            let host = first.split(' ').nth(1).unwrap_or_default().to_owned();
            let mut server = TcpStream::connect(&host).unwrap();
            let _ = tell.send(first);
            client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").unwrap();
            let mut back = (server.try_clone().unwrap(), client);
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut back.0, &mut back.1);
                let _ = back.1.shutdown(std::net::Shutdown::Both);
            });
            std::thread::spawn(move || {
                let mut buffer = [0; 4096];
                while let Ok(count @ 1..) = reader.read(&mut buffer) {
                    if server.write_all(&buffer[..count]).is_err() {
                        break;
                    }
                }
            });
        }
    });
    (address, told)
}

#[test]
fn a_proxy_is_used() {
    let index = Index::secure().package("pyrite-a", &[(WHEEL, &[])]);
    let url = index.url();
    let project = Project::asking(&["pyrite-a"]);
    for name in ["PIP_PROXY", "HTTPS_PROXY"] {
        let (address, told) = proxy();
        let address = format!("http://{address}");
        locks(&project, &["--index-url", &url], &[(name, &address), ("PIP_TRUSTED_HOST", "127.0.0.1")]);
        let first = told.try_recv().unwrap();
        assert!(first.starts_with(&format!("CONNECT {} ", index.host())), "{first}");
    }
}
