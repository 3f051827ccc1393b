import { fileReferences } from '../../../nodes/InstaSd/inputs/itemFiles.ts';

const found = (written: unknown) => fileReferences(written).map(({ expression }) => expression);

test.each([
	`$('Chat').first().binary.data0`,
	`$("Chat").last().binary?.data0`,
	`$('Chat').item.binary['data 0']`,
	`$('Chat')?.all()[12]?.binary?.["data0"]`,
	`$('It\\'s a "chat"').item.binary.data`,
	`$('チャット (1) [a]').item.binary.фото_1`,
])('a file is named word for word by %s, wherever in an expression', (name) => {
	expect(found(`={{ { "image": ${name} } }}`)).toEqual([name]);
	expect(found({ a: `={{ [[${name}]][0][0] ?? ${name} }}`, b: 1 })).toEqual([name, name]);
});

test.each([
	'$($json.node).first().binary.data0',
	'$(`Chat`).first().binary.data0',
	`$('Ch' + 'at').first().binary.data0`,
	`$('Chat').first().binary[$json.field]`,
	`$('Chat').first().binary[\`data0\`]`,
	`$('Chat').all()[$json.index].binary.data0`,
	`$('Chat').first($json.branch).binary.data0`,
	`$('Chat').itemMatching(0).binary.data0`,
	`$('Chat').first().json.binary.data0`,
	`$('Chat').first().json.data0`,
	`$('Chat').first()['binary'].data0`,
	`$('Chat').first().binary`,
	`$node["Chat"].binary.data0`,
	'$input.first().binary.data0',
	'$binary.data0',
	"$('Chat\n').first().binary.data0",
])('what is computed, or is no file of an item, is not: %s', (expression) => {
	expect(found(`={{ ${expression} }}`)).toEqual([]);
});

test.each([
	`$('Chat').first().binary.data0`,
	{ a: `{{ $('Chat').first().binary.data0 }}` },
	null,
	7,
])('only expressions name a file: %j', (written) => {
	expect(found(written)).toEqual([]);
});
