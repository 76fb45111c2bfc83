//! For the tests: `check layout` prints what the binding declares, `check soak N` loads, translates and frees N times.
mod errnorm;
use errnorm::{sys, Builder, Error, Response};

const ACME: &str = r#"{"errnorm":1,"provider":"acme","facts":{"message":["error.message"]},"rules":[
  {"id":"full","when":{"message":"no room"},"then":"queue_full"}]}"#;
const ANY: &str = r#"{"errnorm":1,"shared":"any","rank":90,"rules":[{"id":"any","when":{},"then":"provider_error"}]}"#;

fn resident() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn soak(rounds: u32) -> Result<(), Error> {
    let mut settled = 0;
    for i in 0..rounds {
        let mut translator = Builder::new()?.text("acme.json", ACME)?.text("any.json", ANY)?.finish()?.translator()?;
        let body = br#"{"error":{"message":"no room"}}"#;
        let verdict = translator.translate(&Response { provider: "acme", status: 503, body, ..Default::default() })?;
        assert_eq!(verdict.code(), Some("queue_full"));
        let refused = Builder::new()?.text("bad.json", "{")?.finish();
        assert!(matches!(refused, Err(Error::Tables(lines)) if !lines.is_empty()));
        if i == rounds / 4 {
            settled = resident();
        }
    }
    println!("grown_kib {}", resident() - settled);
    Ok(())
}

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments[1] == "layout" {
        print!("{}{}", sys::layout(), sys::constants());
        return Ok(());
    }
    soak(arguments[2].parse().unwrap())
}
