//! The columns of a row group: texts, days and numbers as they stand in most files, all else as polars decodes it.

use std::io::Cursor;
use std::ops::Range;

use polars::prelude::{ArrayRef, ArrowDataType, ArrowField, ArrowSchema, DataType, PolarsResult, Series};
use polars_buffer::Buffer;
use polars_parquet::parquet::schema::types::PhysicalType;
use polars_parquet::read::{
    BasicDecompressor, ColumnChunkMetadata, Filter, PageReader, RowGroupMetadata, column_iter_to_arrays,
};

use super::pages::{Pages, Unpacker};
use super::{caught, coded, damaged, numbers, plain};
use crate::read::typed::{CodedTexts, Codes, PlainTexts};

/// A column as it is decoded.
pub(super) enum Decoded {
    Values(Series),
    /// The values of a dictionary, and which of them rows have.
    CodedValues(Series, Codes),
    Coded(CodedTexts),
    Plain(PlainTexts),
}

/// Some rows of a row group.
pub(super) struct Group<'a> {
    /// The bytes of the file.
    pub bytes: &'a Buffer<u8>,
    pub schema: &'a ArrowSchema,
    pub whole: &'a RowGroupMetadata,
    pub rows: Range<usize>,
    pub unpacker: &'a mut Unpacker,
}

impl Group<'_> {
    /// The columns, in the order of the schema.
    pub fn columns(&mut self) -> PolarsResult<Vec<Decoded>> {
        self.schema.iter_values().map(|field| self.column(field)).collect()
    }

    fn column(&mut self, field: &ArrowField) -> PolarsResult<Decoded> {
        let Some(chunks) = self.whole.columns_under_root_iter(&field.name) else {
            let values = Series::full_null(field.name.clone(), self.rows.len(), &DataType::from_arrow_field(field));
            return Ok(Decoded::Values(values));
        };
        let chunks: Vec<&ColumnChunkMetadata> = chunks.collect();
        if let Some(texts) = self.coded(field, &chunks) {
            return Ok(Decoded::Coded(texts));
        }
        if let Some(texts) = self.plain(field, &chunks) {
            return Ok(Decoded::Plain(texts));
        }
        if let Some((values, codes)) = self.coded_values(field, &chunks) {
            return Ok(Decoded::CodedValues(values, codes));
        }
        if let Some(values) = self.plain_values(field, &chunks) {
            return Ok(Decoded::Values(values));
        }
        let arrays = self.arrays(&chunks, field.clone())?;
        Ok(Decoded::Values(Series::try_from((field, arrays))?))
    }

    /// A column of texts by code; `None` where its pages do not all hold codes of a dictionary. The other way says then
    /// whether and how the file is damaged.
    fn coded(&mut self, field: &ArrowField, chunks: &[&ColumnChunkMetadata]) -> Option<CodedTexts> {
        let chunk = Self::texts(field, chunks).filter(|chunk| chunk.dictionary_page_offset().is_some())?;
        self.own(chunk, coded::texts)
    }

    /// The same for a column of days or numbers, as they stand in the file.
    fn coded_values(&mut self, field: &ArrowField, chunks: &[&ColumnChunkMetadata]) -> Option<(Series, Codes)> {
        let chunk = Self::values(field, chunks).filter(|chunk| chunk.dictionary_page_offset().is_some())?;
        self.own(chunk, |pages, rows| coded::values(pages, rows, field))
    }

    /// A column of days or numbers that are no codes.
    fn plain_values(&mut self, field: &ArrowField, chunks: &[&ColumnChunkMetadata]) -> Option<Series> {
        let chunk = Self::values(field, chunks).filter(|chunk| chunk.dictionary_page_offset().is_none())?;
        self.own(chunk, |pages, rows| numbers::values(pages, rows, field))
    }

    /// The one chunk of a column of days or numbers, as they stand in the file.
    fn values<'c>(field: &ArrowField, chunks: &[&'c ColumnChunkMetadata]) -> Option<&'c ColumnChunkMetadata> {
        let [chunk] = chunks else { return None };
        let is_as_it_stands = match chunk.descriptor().descriptor.primitive_type.physical_type {
            PhysicalType::Int32 => matches!(field.dtype, ArrowDataType::Int32 | ArrowDataType::Date32),
            PhysicalType::Int64 => field.dtype == ArrowDataType::Int64,
            PhysicalType::Double => field.dtype == ArrowDataType::Float64,
            _ => false,
        };
        is_as_it_stands.then_some(*chunk)
    }

    /// A column of texts that are read as they stand; `None` where they are not all so.
    fn plain(&mut self, field: &ArrowField, chunks: &[&ColumnChunkMetadata]) -> Option<PlainTexts> {
        let chunk = Self::texts(field, chunks).filter(|chunk| chunk.dictionary_page_offset().is_none())?;
        let bytes = usize::try_from(chunk.uncompressed_size()).ok()?;
        self.own(chunk, |pages, rows| plain::texts(pages, rows, bytes))
    }

    /// The one chunk of a column of texts.
    fn texts<'c>(field: &ArrowField, chunks: &[&'c ColumnChunkMetadata]) -> Option<&'c ColumnChunkMetadata> {
        let [chunk] = chunks else { return None };
        (field.dtype == ArrowDataType::Utf8View).then_some(*chunk)
    }

    fn arrays(&self, chunks: &[&ColumnChunkMetadata], field: ArrowField) -> PolarsResult<Vec<ArrayRef>> {
        let pages = chunks.iter().map(|chunk| BasicDecompressor::new(self.reader(chunk), Vec::new())).collect();
        let types = chunks.iter().map(|chunk| &chunk.descriptor().descriptor.primitive_type).collect();
        let rows = Filter::new_ranged(self.rows.start, self.rows.end);
        let (arrays, _) = column_iter_to_arrays(pages, types, field, Some(rows))?;
        match arrays.iter().map(|array| array.len()).sum::<usize>() == self.rows.len() {
            true => Ok(arrays),
            false => Err(damaged()),
        }
    }

    /// What is made of the pages of a column without polars.
    fn own<T>(
        &mut self,
        chunk: &ColumnChunkMetadata,
        make: impl FnOnce(Pages<'_>, &Range<usize>) -> Option<T>,
    ) -> Option<T> {
        let made = caught(|| {
            let reader = self.reader(chunk);
            make(Pages { reader, unpacker: self.unpacker }, &self.rows)
        });
        if !matches!(made, Some(Some(_))) {
            // Nobody knows what state it is in.
            *self.unpacker = Unpacker::new();
        }
        made.flatten()
    }

    /// The pages of a column, packed as they are.
    fn reader(&self, chunk: &ColumnChunkMetadata) -> PageReader {
        let range = chunk.byte_range();
        // Outside the file of one that is damaged, this panics as polars itself does.
        let bytes = self.bytes.clone().sliced(range.start as usize..range.end as usize);
        PageReader::new(Cursor::new(bytes), chunk, Vec::new(), usize::MAX)
    }
}
