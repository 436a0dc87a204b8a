//! Which wheels are taken.

use crate::Project;
use crate::index::Index;

const COMPILED: &str = "cp314-cp314-pyemscripten_2026_0_wasm32.whl";

#[test]
fn everything_that_is_needed_is_locked_with_hashes_and_where_it_came_from() {
    let index = Index::start()
        .package(
            "pyrite-app",
            &[(
                "pyrite_app-1.0-py3-none-any.whl",
                &["pyrite-base>=2", "pyrite-never; sys_platform == 'win32'", "pyrite-more; extra == 'more'"],
            )],
        )
        .package("pyrite-base", &[("pyrite_base-1.9-py3-none-any.whl", &[]), ("pyrite_base-2.1-py3-none-any.whl", &[])])
        .package("pyrite-more", &[("pyrite_more-3.0-py3-none-any.whl", &[])]);
    let project = Project::asking(&["pyrite.app"]);
    let lock = project.lock(&["--index-url", &index.url()]);
    assert_eq!(crate::packages(&lock), ["pyrite-app 1.0", "pyrite-base 2.1"]);
    let base = &lock["package"][1];
    assert_eq!(base["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(base["by"].as_array().unwrap()[0].as_str(), Some("pyrite-app"));
    assert_eq!(lock["package"][0]["by"].as_array().unwrap()[0].as_str(), Some("index.html"));
    assert_eq!(base["origin"]["index"].as_str(), Some(index.url().as_str()));
    assert_eq!(lock["platform"].as_str(), Some("pyemscripten_2026_0_wasm32"));
    // Metadata is asked for alone: no wheel was downloaded.
    assert!(index.asked().iter().all(|path| !path.ends_with(".whl")), "{:?}", index.asked());
    let again = Project::asking(&["pyrite-app[more]"]);
    assert_eq!(again.locked(&["--index-url", &index.url()]), ["pyrite-app 1.0", "pyrite-base 2.1", "pyrite-more 3.0"]);
}

#[test]
fn a_wheel_for_the_interpreter_is_better_than_a_pure_one_and_others_do_not_count() {
    let compiled = format!("pyrite_c-1.0-{COMPILED}");
    let index = Index::start().package(
        "pyrite-c",
        &[
            ("pyrite_c-1.0-py3-none-any.whl", &[]),
            (&compiled, &[]),
            ("pyrite_c-2.0-cp314-cp314-manylinux_2_17_x86_64.whl", &[]),
        ],
    );
    let lock = Project::asking(&["pyrite-c"]).lock(&["--index-url", &index.url()]);
    assert_eq!(lock["package"][0]["file"].as_str(), Some(compiled.as_str()));
}

#[test]
fn the_interpreters_own_packages_come_first_and_need_no_index() {
    let lock =
        Project::asking(&["pydantic"]).lock(&["--index-url", "http://127.0.0.1:9/simple", "--find-links", "wheels"]);
    let names = crate::packages(&lock);
    assert!(names.iter().any(|name| name.starts_with("pydantic-core ")), "{names:?}");
    assert!(
        lock["package"].as_array().unwrap().iter().all(|one| one["origin"].as_str() == Some("interpreter")),
        "{lock}"
    );
}

#[test]
fn folders_and_indexes_of_pip_and_uv_are_honoured() {
    let index = Index::start().package("pyrite-a", &[("pyrite_a-1.0-py3-none-any.whl", &[])]);
    for name in ["PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"] {
        let project = Project::asking(&["pyrite-a"]);
        let output = project.pyrite(&["lock", "site"]).env(name, index.url()).output().unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let project = Project::asking(&["pyrite-a"]);
    std::fs::create_dir_all(project.0.path().join(".config/pip")).unwrap();
    std::fs::write(project.0.path().join(".config/pip/pip.conf"), format!("[global]\nindex-url = {}\n", index.url()))
        .unwrap();
    assert_eq!(project.locked(&[]), ["pyrite-a 1.0"]);
    let project = Project::asking(&["pyrite-a"]).wheel("pyrite_a-3.0-py3-none-any.whl", &[]);
    assert_eq!(project.locked(&["--find-links", "wheels", "--offline"]), ["pyrite-a 3.0"]);
}

#[test]
fn files_of_uv_are_honoured() {
    let index = Index::start().package("pyrite-a", &[("pyrite_a-1.0-py3-none-any.whl", &[])]);
    let settings = format!("[[index]]\nurl = \"{}\"\ndefault = true\n", index.url());
    for (path, text) in [
        ("site/uv.toml", settings.clone()),
        (".config/uv/uv.toml", settings.clone()),
        ("site/pyproject.toml", format!("[tool.uv]\nindex-url = \"{}\"\n", index.url())),
    ] {
        let project = Project::asking(&["pyrite-a"]);
        let path = project.0.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        assert_eq!(project.locked(&[]), ["pyrite-a 1.0"], "{}", path.display());
    }
    let project = Project::asking(&["pyrite-a"]).wheel("pyrite_a-3.0-py3-none-any.whl", &[]);
    let project = project.file("uv.toml", "find-links = [\"../wheels\"]\n");
    assert_eq!(project.locked(&["--offline"]), ["pyrite-a 3.0"]);
    let project = project.file("uv.toml", "find-links = [");
    let said = project.refused(&["--offline"]);
    assert!(said.contains("uv.toml` is broken: unclosed array"), "{said}");
}

#[test]
fn names_and_passwords_come_from_netrc_and_are_not_written_down() {
    let index = Index::start().package("pyrite-a", &[("pyrite_a-1.0-py3-none-any.whl", &[])]);
    let project = Project::asking(&["pyrite-a"]);
    std::fs::write(project.0.path().join(".netrc"), "machine 127.0.0.1 login me password p@ss\n").unwrap();
    assert_eq!(project.locked(&["--index-url", &index.url()]), ["pyrite-a 1.0"]);
    let asked = index.asked();
    assert!(asked.iter().all(|line| line.to_lowercase().contains("authorization: basic bwu6cebzcw==")), "{asked:?}");
    let written = std::fs::read_to_string(project.site().join("pyrite.lock")).unwrap();
    assert!(!written.contains("p@ss") && !written.contains("me:"), "{written}");
}

#[test]
fn an_index_of_plain_html_will_do() {
    let index = Index::start().package("pyrite-x", &[("pyrite_x-1.0-py3-none-any.whl", &[])]).page(
        "/simple/pyrite-x/",
        "text/html",
        "<a href='../../files/pyrite_x-1.0-py3-none-any.whl' data-requires-python='&gt;=3.8'>x</a>\
         <a href='../../files/pyrite_x-2.0-py3-none-any.whl' data-requires-python='&lt;3'>x</a>\
         <a href='../../files/pyrite_x-3.0-py3-none-any.whl' data-yanked>x</a>",
    );
    assert_eq!(Project::asking(&["pyrite-x"]).locked(&["--index-url", &index.url()]), ["pyrite-x 1.0"]);
}

#[test]
fn projects_and_requirements_files_count_too() {
    let project = Project::asking(&[])
        .wheel("pyrite_a-1.0-py3-none-any.whl", &[])
        .wheel("pyrite_b-1.0-py3-none-any.whl", &[])
        .wheel("pyrite_b-2.0-py3-none-any.whl", &[])
        .wheel("pyrite_c-1.0-py3-none-any.whl", &[])
        .file("pyproject.toml", "[project]\nname = 'x'\ndependencies = ['pyrite-a>=1']")
        .file("requirements.txt", "# what it needs\npyrite-b<2  # not yet\n-r more.txt\n")
        .file("more.txt", "pyrite-c==1.* ; python_version >= '3.8'\n");
    assert_eq!(
        project.locked(&["--find-links", "wheels", "--offline"]),
        ["pyrite-a 1.0", "pyrite-b 1.0", "pyrite-c 1.0"]
    );
}

#[test]
fn configurations_in_files_and_elements_count() {
    let project = Project::asking(&[])
        .wheel("pyrite_a-1.0-py3-none-any.whl", &[])
        .wheel("pyrite_b-1.0-py3-none-any.whl", &[])
        .file("a/index.html", "<py-config>packages = [\"pyrite-a\"]</py-config><script type=py>1</script>")
        .file("b/index.html", "<script type=py config='./x.toml'>1</script><script type=mpy config='{\"packages\": [\"not-this\"]}'>1</script>")
        .file("b/x.toml", "[packages]\npyrite-b = '*'\n");
    assert_eq!(project.locked(&["--find-links", "wheels", "--offline"]), ["pyrite-a 1.0", "pyrite-b 1.0"]);
}

#[test]
fn a_name_and_password_are_sent_and_not_written_down() {
    let index = Index::start().package("pyrite-a", &[("pyrite_a-1.0-py3-none-any.whl", &[])]);
    let url = index.url().replace("http://", "http://me:secret@");
    let lock = Project::asking(&["pyrite-a"]).lock(&["--index-url", &url]);
    assert!(!lock.to_string().contains("secret"), "{lock}");
    assert!(index.asked()[0].contains("Basic bWU6c2VjcmV0"), "{:?}", index.asked());
}

#[test]
fn what_is_not_finished_is_taken_only_where_nothing_else_fits() {
    let project = Project::asking(&["pyrite-a", "pyrite-b"])
        .wheel("pyrite_a-1.0-py3-none-any.whl", &[])
        .wheel("pyrite_a-2.0rc1-py3-none-any.whl", &[])
        .wheel("pyrite_b-1.0b2-py3-none-any.whl", &[]);
    assert_eq!(project.locked(&["--find-links", "wheels", "--offline"]), ["pyrite-a 1.0", "pyrite-b 1.0b2"]);
}
