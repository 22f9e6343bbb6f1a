//! Columns whose cells hold several items each.

use std::ops::Range;

/// Cells that hold several items each.
#[derive(Debug)]
pub struct ListColumn<T> {
    items: Vec<T>,
    /// End of each cell in `items`.
    ends: Vec<u32>,
}

/// The items of cells, one cell after another.
#[derive(Debug)]
pub struct ListCells<'a, T> {
    items: &'a [T],
    ends: std::slice::Iter<'a, u32>,
    start: usize,
}

impl<'a, T> Iterator for ListCells<'a, T> {
    type Item = &'a [T];

    #[inline]
    fn next(&mut self) -> Option<&'a [T]> {
        let end = self.ends.next().map_or(self.start, |end| *end as usize);
        let cell = self.items.get(self.start..end).unwrap_or_default();
        self.start = end;
        Some(cell)
    }
}

impl<T> Default for ListColumn<T> {
    fn default() -> Self {
        Self { items: Vec::new(), ends: Vec::new() }
    }
}

impl<T> ListColumn<T> {
    /// Adds a cell.
    pub fn push(&mut self, cell: impl IntoIterator<Item = T>) {
        self.items.extend(cell);
        self.ends.push(u32::try_from(self.items.len()).unwrap_or(u32::MAX));
    }

    /// Adds an item to the cell at hand.
    #[inline]
    pub fn add(&mut self, item: T) {
        self.items.push(item);
    }

    /// The items from the one at a place on.
    #[inline]
    pub fn from(&mut self, place: usize) -> &mut [T] {
        self.items.get_mut(place..).unwrap_or_default()
    }

    /// Ends the cell at hand.
    #[inline]
    pub fn end(&mut self) {
        self.ends.push(u32::try_from(self.items.len()).unwrap_or(u32::MAX));
    }

    /// The cells, one after another; without end, and without items, where there is no column.
    pub fn cells(column: Option<&Self>) -> ListCells<'_, T> {
        Self::cells_of(column, column.map_or(&[], |column| &column.items))
    }

    /// The same cells, with another item for each.
    pub fn cells_of<'a, U>(column: Option<&'a Self>, items: &'a [U]) -> ListCells<'a, U> {
        ListCells { items, ends: column.map_or(&[][..], |column| &column.ends).iter(), start: 0 }
    }

    /// No cells yet, with room for so many, and for so many items.
    pub fn with_capacity(cells: usize, items: usize) -> Self {
        Self { items: Vec::with_capacity(items), ends: Vec::with_capacity(cells) }
    }

    /// Cells by their items, one after another, and the end of each among these.
    pub fn of(items: Vec<T>, ends: Vec<u32>) -> Self {
        Self { items, ends }
    }

    /// Cells of one item each.
    pub fn of_one_each(items: Vec<T>) -> Self {
        let ends = (1..).take(items.len()).collect();
        Self { items, ends }
    }

    /// Whether every cell has one item.
    pub fn is_one_each(&self) -> bool {
        // Without a way out before the end, so that many are compared at once.
        let others = self.ends.iter().zip(1..).fold(0, |others, (end, one)| others | (*end ^ one));
        self.items.len() == self.ends.len() && others == 0
    }

    /// The rows whose cell is blank.
    pub fn blank(&self) -> impl Iterator<Item = usize> {
        // Where there is none, as mostly, that is seen at once.
        let some = if self.is_one_each() { 0 } else { self.ends.len() };
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let rows = starts.zip(&self.ends).enumerate().take(some);
        rows.filter(|(_, (start, end))| *start == **end).map(|(row, _)| row)
    }

    /// The items of all cells.
    pub fn items(&self) -> &[T] {
        &self.items
    }

    /// The items of a row's cell; none when it is blank.
    pub fn get(&self, row: usize) -> &[T] {
        self.items.get(self.range(row)).unwrap_or_default()
    }

    /// The places of a row's items among all items.
    pub fn range(&self, row: usize) -> Range<usize> {
        let start = row.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        start..self.ends.get(row).map_or(0, |end| *end as usize)
    }
}
