//! Files that nobody means well with, and files that are broken as if nobody did.

use std::error::Error;

use super::*;

/// A seed of the fuzz targets: the first byte says what kind of file the others are.
fn seed(bytes: &[u8]) -> &[u8] {
    bytes.split_first().map(|(_, file)| file).unwrap_or_default()
}

#[test]
fn a_damaged_parquet_file_that_makes_polars_panic_is_an_error() {
    let damaged = seed(include_bytes!("../../../../fuzz/seeds/tables/parquet_damaged"));
    let error = read_all(&folder(&[("tasks.parquet", damaged)]), None).unwrap_err();
    assert_eq!(error.to_string(), "cannot read the table in `tasks.parquet` from line 2 on");
    assert_eq!(error.source().unwrap().to_string(), "the file is damaged: its parts do not fit together");
    let sound = seed(include_bytes!("../../../../fuzz/seeds/tables/parquet_zstd"));
    assert_eq!(read_all(&folder(&[("tasks.parquet", sound)]), None).unwrap().files[0].rows, 3);
}
