//! The command line as scripts use it: exit codes, and the words that say what to do.

use std::path::Path;
use std::process::Command;

struct Told {
    code: i32,
    out: String,
    err: String,
}

fn outcry(arguments: &[&str], folder: &Path) -> Told {
    let told = Command::new(env!("CARGO_BIN_EXE_outcry"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("OUTCRY_CONFIG")
        .output()
        .expect("runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Told {
        code: told.status.code().expect("no signal ended it"),
        out: text(told.stdout),
        err: text(told.stderr),
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn listed(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn what_is_no_log_is_said_and_left_alone() {
    let folder = folder();
    for command in [
        &["verify"][..],
        &["verify", "--keys"],
        &["rebuild"],
        &["sign-in-link", "administrator"],
        &["token", "administrator"],
    ] {
        let told = outcry(&[command, &["--data", "."]].concat(), folder.path());
        assert_eq!(told.code, 69, "{command:?}: {}", told.err);
        let words = "outcry: there is no log in .: it holds no outcry.db. Give the data directory";
        assert!(told.err.starts_with(words), "{command:?}: {}", told.err);
        assert_eq!(told.out, "");
        assert!(
            listed(folder.path()).is_empty(),
            "{command:?} made something"
        );
    }
    std::fs::write(folder.path().join("outcry.db"), "a shopping list").expect("written");
    let told = outcry(&["verify", "--data", "."], folder.path());
    assert_eq!(told.code, 69, "{}", told.err);
    assert!(told.err.contains("is not a database"), "{}", told.err);
    let told = outcry(&["verify", "--data", "nowhere"], folder.path());
    assert_eq!(told.code, 69, "{}", told.err);
    let words = "there is no data directory nowhere";
    assert!(told.err.contains(words), "{}", told.err);
}

/// Where a server listened that ran once, on a free port, with its data in `data`.
fn served(folder: &Path) -> String {
    served_by(
        &mut Command::new(env!("CARGO_BIN_EXE_outcry")),
        folder,
        |_| (),
    )
    .0
}

/// The same for a program that runs the server, and what somebody sees who looks at it meanwhile.
fn served_by<T>(program: &mut Command, folder: &Path, look: impl FnOnce(u32) -> T) -> (String, T) {
    use std::io::{BufRead as _, BufReader};
    let mut server = program
        .args(["serve", "--listen", "127.0.0.1:0", "--data", "data"])
        .current_dir(folder)
        .env_remove("OUTCRY_CONFIG")
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("starts");
    let lines = BufReader::new(server.stdout.take().expect("piped")).lines();
    let url = lines
        .map_while(Result::ok)
        .find_map(|line| Some(line.strip_prefix("Outcry listens on ")?.to_owned()));
    let seen = look(server.id());
    let id = server.id().to_string();
    let asked = Command::new("kill").args(["-TERM", &id]).status();
    assert!(asked.expect("kill runs").success());
    assert!(server.wait().expect("ends").success());
    (url.expect("says where it listens"), seen)
}

/// The limit that shells set is the lower one of two, and a server may raise it itself.
#[test]
#[cfg(target_os = "linux")]
fn a_server_may_open_as_many_files_as_the_machine_allows() {
    let folder = folder();
    let mut shell = Command::new("sh");
    let line = "ulimit -S -n 256; exec \"$0\" \"$@\"";
    shell.args(["-c", line, env!("CARGO_BIN_EXE_outcry")]);
    let (_, limits) = served_by(&mut shell, folder.path(), |id| {
        std::fs::read_to_string(format!("/proc/{id}/limits")).expect("reads")
    });
    let files = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let files: Vec<&str> = files.expect("named").split_whitespace().collect();
    assert_ne!(files[3], "256", "{files:?}");
    assert_eq!(files[3], files[4], "{files:?}");
}

#[test]
fn ways_in_are_made_beside_a_server_that_rests() {
    let folder = folder();
    let url = served(folder.path());
    let link = &["sign-in-link", "administrator", "--data", "data"];
    // The event stream is a running server's own.
    let events = folder.path().join("data/events");
    let stream = outcry_stream::Bus::open(&events, outcry_stream::Settings::default(), 0);
    let told = outcry(link, folder.path());
    drop(stream.expect("opens"));
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(
        told.out.starts_with(&format!("{url}/sign-in/")),
        "{}",
        told.out
    );
    assert!(told.err.contains("any free port"), "{}", told.err);
    let told = outcry(
        &[&link[..], &["--url", "https://shop.example/"]].concat(),
        folder.path(),
    );
    assert!(
        told.out.starts_with("https://shop.example/sign-in/"),
        "{}",
        told.out
    );
    let told = outcry(&[&link[..], &["--url", "shop"]].concat(), folder.path());
    assert_eq!(told.code, 2, "{}", told.err);

    let told = outcry(&["token", "administrator", "--data", "data"], folder.path());
    assert_eq!((told.code, told.err.as_str()), (0, ""), "{}", told.out);
    assert!(told.out.starts_with("oc_api_") && told.out.lines().count() == 1);
    for (who, code) in [("nobody", 1), ("No Body", 2)] {
        let told = outcry(&["token", who, "--data", "data"], folder.path());
        assert_eq!((told.code, told.out.as_str()), (code, ""), "{}", told.err);
    }
}

#[test]
fn a_directory_that_outcry_filled_is_its_own_to_close() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let data = folder.path().join("data");
    let asked = [
        "demo",
        "--for",
        "0",
        "--listen",
        "127.0.0.1:0",
        "--data",
        "data",
    ];
    let told = outcry(&asked, folder.path());
    assert_eq!(told.code, 0, "{}", told.err);
    for name in ["address.json.next", "demo.json.next", "model-learned.txt"] {
        std::fs::write(data.join(name), "").expect("written");
    }
    assert!(listed(&data).len() >= 6, "{:?}", listed(&data));
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&data, open).expect("opened");
    served(folder.path());
    let mode = data.metadata().expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn a_log_is_checked_and_its_damage_named() {
    let folder = folder();
    served(folder.path());
    let told = outcry(
        &["verify", "--keys", "--json", "--data", "data"],
        folder.path(),
    );
    assert_eq!(told.code, 0, "{}", told.err);
    let keys = serde_json::from_str::<serde_json::Value>(&told.out).expect("JSON");
    assert_eq!(keys["keys"]["stories"], 1, "{}", told.out);

    let file = folder.path().join("data/outcry.db");
    // What was copied from there must not heal it.
    let _ = std::fs::remove_file(file.with_extension("db-wal"));
    let whole = std::fs::read(&file).expect("reads");
    std::fs::write(&file, &whole[..whole.len() / 2]).expect("cut short");
    for command in ["verify", "rebuild"] {
        let told = outcry(&[command, "--data", "data"], folder.path());
        assert_eq!(told.code, 1, "{command}: {}", told.err);
        let words = "the database is damaged";
        assert!(told.err.contains(words), "{command}: {}", told.err);
    }
}

#[test]
fn a_mistyped_setting_gets_a_near_guess_or_the_list() {
    let folder = folder();
    for (text, words) in [
        (
            "[nope]\n",
            "there is no table nope; there are server, data, log",
        ),
        ("[serwer]\n", "did you mean server?"),
    ] {
        std::fs::write(folder.path().join("outcry.toml"), text).expect("written");
        let told = outcry(&["check-config"], folder.path());
        assert_eq!(told.code, 2, "{}", told.err);
        assert!(told.err.contains(words), "{}", told.err);
    }
}

#[test]
fn settings_that_cannot_work_are_refused_before_a_restart() {
    let folder = folder();
    std::fs::write(folder.path().join("url"), "hunter2\n").expect("written");
    for (text, words) in [
        (
            "[log]\nlevel = \"loud\"\n",
            "log.level: there is no level \"loud\"",
        ),
        (
            "[data]\npostgres_url_file = \"url\"\n",
            "data.postgres_url_file: url holds no PostgreSQL URL",
        ),
    ] {
        std::fs::write(folder.path().join("outcry.toml"), text).expect("written");
        for command in [&["check-config"][..], &["serve", "--listen", "127.0.0.1:0"]] {
            let told = outcry(command, folder.path());
            assert_eq!(told.code, 2, "{}", told.err);
            assert!(told.err.contains(words), "{}", told.err);
            assert!(!told.err.contains("hunter2"), "it shows the secret");
        }
    }
}

/// What hands secrets over may do so only while the server runs, and some of these need it stopped.
#[test]
fn nobody_but_a_server_needs_the_secrets_of_its_channels() {
    let folder = folder();
    served(folder.path());
    let text = "[channels.mail]\nhost = \"localhost\"\nfrom = \"o@shop.example\"\nusername = \"o\"\n\
                password = { file = \"gone\" }\n";
    std::fs::write(folder.path().join("outcry.toml"), text).expect("written");
    for command in [&["check-config"][..], &["serve", "--listen", "127.0.0.1:0"]] {
        let told = outcry(command, folder.path());
        assert_eq!(told.code, 2, "{}", told.err);
        let words = "outcry: channels.mail.password: gone: No such file";
        assert!(told.err.starts_with(words), "{}", told.err);
    }
    for command in [
        &["verify"][..],
        &["rebuild"],
        &["sign-in-link", "administrator"],
        &["token", "administrator"],
    ] {
        let told = outcry(&[command, &["--data", "data"]].concat(), folder.path());
        assert_eq!(told.code, 0, "{command:?}: {}", told.err);
    }
}

#[test]
fn a_name_to_listen_on_is_answered_with_the_form_that_is_wanted() {
    let folder = folder();
    for command in ["serve", "demo"] {
        let told = outcry(&[command, "--listen", "localhost:8080"], folder.path());
        assert_eq!(told.code, 2, "{}", told.err);
        let words = "must be an IP address and a port: 127.0.0.1:8643 for this machine alone";
        assert!(told.err.contains(words), "{}", told.err);
    }
}

#[test]
fn an_example_that_the_disk_does_not_take_is_said_to_be_none() {
    let full = std::fs::File::create("/dev/full").expect("always full");
    let told = Command::new(env!("CARGO_BIN_EXE_outcry"))
        .args(["check-config", "--example"])
        .stdout(full)
        .output()
        .expect("runs");
    let err = String::from_utf8(told.stderr).expect("text");
    assert_eq!(told.status.code(), Some(74), "{err}");
    let words = "outcry: the example cannot be written: No space left on device";
    assert!(err.starts_with(words), "{err}");
}

#[test]
fn a_demo_that_cannot_be_played_says_why_and_leaves_no_folder() {
    let folder = folder();
    let held = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = held.local_addr().expect("known").to_string();
    let listen = format!("--listen={address}");
    for (argument, code, words) in [
        (&*listen, 69, "try --listen 127.0.0.1:0"),
        ("--speed=NaN", 2, "--speed must be 0.1 to 1000"),
        ("--speed=0", 2, "--speed must be 0.1 to 1000"),
        ("--speed=1e999", 2, "--speed must be 0.1 to 1000"),
        ("--for=-1", 2, "invalid value '-1' for '--for <SECONDS>'"),
    ] {
        let told = Command::new(env!("CARGO_BIN_EXE_outcry"))
            .args(["demo", argument])
            .env("TMPDIR", folder.path())
            .output()
            .expect("runs");
        let err = String::from_utf8(told.stderr).expect("text");
        assert_eq!(told.status.code(), Some(code), "{argument}: {err}");
        assert!(err.contains(words), "{argument}: {err}");
        assert_eq!(listed(folder.path()), [""; 0], "{argument}");
    }
}

#[test]
fn a_demo_that_is_stopped_while_it_begins_leaves_no_folder() {
    let folder = folder();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_outcry"))
        .args(["demo", "--listen", "127.0.0.1:0"])
        .env("TMPDIR", folder.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("starts");
    while listed(folder.path()).is_empty() {
        assert_eq!(demo.try_wait().expect("known"), None, "it makes a folder");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let id = demo.id().to_string();
    let asked = Command::new("kill").args(["-TERM", &id]).status();
    assert!(asked.expect("kill runs").success());
    let ended = demo.wait().expect("ends");
    assert!(ended.success(), "{ended}");
    assert_eq!(listed(folder.path()), [""; 0]);
}

#[test]
fn a_demo_finds_its_own_folder_closed() {
    let folder = folder();
    let asked = ["demo", "--for", "0", "--listen", "127.0.0.1:0"];
    let told = outcry(&asked, folder.path());
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(!told.err.contains("open to others"), "{}", told.err);
}

#[test]
fn a_settings_file_that_is_none_is_named() {
    let folder = folder();
    let told = outcry(&["--config", "/dev/zero", "check-config"], folder.path());
    assert_eq!(told.code, 2, "{}", told.err);
    let words = "the settings file /dev/zero is larger than 1 MiB";
    assert!(told.err.contains(words), "{}", told.err);
    std::fs::write(folder.path().join("latin.toml"), b"# caf\xe9\n").expect("written");
    let told = outcry(&["--config", "latin.toml", "check-config"], folder.path());
    assert_eq!(told.code, 2, "{}", told.err);
    let words = "the settings file latin.toml is not text in UTF-8";
    assert!(told.err.contains(words), "{}", told.err);
    std::fs::write(folder.path().join("bad.toml"), "[server]\nlisten = 5\n").expect("written");
    let told = outcry(&["--config", "bad.toml", "check-config"], folder.path());
    assert!(told.err.contains("(in bad.toml)"), "{}", told.err);
}
