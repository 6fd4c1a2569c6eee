import { IGNORABLE, NONCHARACTERS } from '../../../../apps/service/beneficiary';

const codesIn = (ranges: typeof IGNORABLE): readonly number[] =>
  ranges
    .flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index))
    .toSorted((a, b) => a - b);

const codesOf = (property: RegExp): readonly number[] =>
  Array.from({ length: 0x110000 }, (_, code) => code).filter((code) => property.test(String.fromCodePoint(code)));

test('what a name may not be made of alone is what Unicode calls ignorable', () => {
  expect(codesIn(IGNORABLE)).toEqual(codesOf(/\p{Default_Ignorable_Code_Point}/u));
});

test('what no name may have is what Unicode calls no character', () => {
  expect(codesIn(NONCHARACTERS)).toEqual(codesOf(/\p{Noncharacter_Code_Point}/u));
});
