//! Streams as Rust programs read them. See ../../program.ts for what is asked and answered.
use reqwest::blocking::Client;
use serde_json::{json, Value};
use std::io::{stdin, BufRead, BufReader, Read};
use std::thread;
use std::time::Duration;

/// With its feature `gzip` reqwest asks for gzip and takes it off by itself.
fn watch(one: Value) {
    let builder = Client::builder().timeout(None);
    let gzip = one["gzip"] == true;
    let client = if gzip { builder } else { builder.no_gzip() }.build().unwrap();
    let mut last_id = String::new();
    loop {
        let mut request = client.get(one["url"].as_str().unwrap());
        if !last_id.is_empty() {
            request = request.header("Last-Event-ID", &last_id);
        }
        if let Ok(response) = request.send() {
            read(response, &one["stream"], &mut last_id);
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn read(body: impl Read, stream: &Value, last_id: &mut String) {
    let (mut event, mut data) = (String::new(), String::new());
    for line in BufReader::new(body).lines().map_while(Result::ok) {
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "id" => *last_id = value.to_string(),
            "event" => event = value.to_string(),
            "data" => data.push_str(value),
            _ if line.is_empty() => {
                if !data.is_empty() {
                    println!("{}", json!({"stream": stream, "event": event, "data": data}));
                }
                event.clear();
                data.clear();
            }
            _ => {}
        }
    }
}

fn main() {
    for order in stdin().lines().map_while(Result::ok) {
        let one: Value = serde_json::from_str(&order).unwrap();
        thread::spawn(move || watch(one));
    }
}
