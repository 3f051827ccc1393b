import { type ApiInput, isLink } from '../../../nodes/InstaSd/inputs/inputTypes';
import { inferType, promptsToGive } from '../../../nodes/InstaSd/inputs/roles';
import { input } from './support.mts';

const png = 'https://cdn.example.com/a/cat.png';
const mp4 = 'https://cdn.example.com/a/cat.mp4?sig=1';
const bare = 'https://cdn.example.com/files/123';

test.each([
	// Titles that nobody edited, with the samples that were seen or are likely.
	['InstaSD API Input - Boolean', true, 'boolean'],
	['InstaSD API Input - String', 'a cat', 'text'],
	['InstaSD API Input - String', '', 'text'],
	['InstaSD API Input - Multi Line Text', 'a cat\non a mat', 'text'],
	['InstaSD API Input - Integer', 5, 'integer'],
	['InstaSD API Input - Float', 0.5, 'number'],
	['InstaSD API Input - Seed', 42, 'seed'],
	['InstaSD API Input - Seed', '42', 'seed'],
	['InstaSD API Input - Lora Loader', '', 'text'],
	['InstaSD API Input - Load Image With Mask', png, 'image'],
	['InstaSD API Input - Load Image With Mask', 'publicly available URL for the image', 'image'],
	['Start Frame', 'publicly available URL for the image', 'image'],
	['Source', 'Publicly available link to the video.', 'video'],
	['Load Image', 'example.png', 'image'],
	['Load Image', '', 'image'],
	['Load Image', bare, 'image'],
	['Load Video', 'public URL of the video', 'video'],
	['Load Video', mp4, 'video'],
	// Titles with hints for people.
	['Steps (8-12)', 12, 'number'],
	['Strength (0-1)', 0.3, 'number'],
	['Skip lora?', '2', 'text'],
	// Seeds.
	['noise_seed', 123, 'seed'],
	['SEED (0-4294967295)', 1, 'seed'],
	['my-seed', 1, 'seed'],
	['Variation Seed', '-1', 'seed'],
	['Seed (-1 to randomize)', -1, 'seed'],
	['Randomize seed?', true, 'boolean'],
	['Seed mode', 1, 'number'],
	['seed catalogue', 'sunflowers', 'text'],
	['Seed', 'random', 'text'],
	['Seed', '', 'text'],
	['Seed', 0.5, 'number'],
	['Seedling Height', 4, 'number'],
	['Reseed Steps', 3, 'number'],
	// Written as one word, as programs and widgets do.
	['RandomSeed', 42, 'seed'],
	['noiseSeed', '42', 'seed'],
	['SeedValue', 42, 'seed'],
	['Seeds', 42, 'seed'],
	['SEEDValue', 42, 'seed'],
	['KSampler Seeds', 42, 'seed'],
	['randomizeSeed', 42, 'number'],
	['variation_seed', 42, 'seed'],
	['InstaSD API Input - noiseSeed', 42, 'seed'],
	['Seed (rgthree)', 42, 'seed'],
	['seed2', 42, 'seed'],
	['随机seed', 42, 'seed'],
	['seedMode', 1, 'number'],
	['SeedStrength', 1, 'number'],
	['seed_count', 4, 'number'],
	['SeedVR2 Batch Size', 5, 'number'],
	['SeedVR2 Seed', 5, 'seed'],
	['SeedEdit Steps', 5, 'number'],
	['SeedreamSize', 5, 'number'],
	['load_image', '', 'image'],
	['inputVideo', bare, 'video'],
	// Links tell more than titles; words tell nothing certain.
	['Anything', png, 'image'],
	['Anything', mp4, 'video'],
	['Anything', bare, 'text'],
	['Anything', 'data:image/png;base64,iVBO', 'image'],
	['Image', 'a cat', 'text'],
	['Image', '', 'image'],
	['Image 2', bare, 'image'],
	['Reference image (URL)', bare, 'image'],
	['Image description', '', 'text'],
	['Video', bare, 'video'],
	['Load Image', mp4, 'video'],
	['File name', 'result.png', 'text'],
	['Prompt', 'a cat, like in https://example.com/cat.png', 'text'],
	['Prompt', 'a site with a url bar beside an image', 'text'],
	['', '', 'text'],
	['Prompt', undefined, 'text'],
	['Load Image', undefined, 'text'],
])('an input titled %p with %p is of type %s', (title, sample, type) => {
	expect(inferType(title, sample)).toBe(type);
});

test('a long prompt is judged at once, whatever words are in it', () => {
	expect(inferType('Image', 'url '.repeat(50_000))).toBe('text');
});

const sentence = 'Woman sitting on a chair with a cheetah in front of her';
const isPrompt = (input: ApiInput) => promptsToGive([input]).length > 0;
test.each([
	['Prompt', sentence, true],
	['prompt', 'a cat', true],
	['Positive Prompt', sentence, true],
	['Prompts', '1girl,solo,smile', true],
	['Motion prompt (English)', 'the camera glides\nover the hills', true],
	['PROMPT', '一只坐在椅子上的猫', true],
	['Prompt', 'cat', false],
	['Prompt', '', false],
	['Prompt', 'euler_ancestral', false],
	['Prompt', undefined, false],
	['positivePrompt', sentence, true],
	['text_prompt', sentence, true],
	['Negative Prompt', 'blurry, ugly hands', false],
	['PromptStrength', 'rather very strong', false],
	['Prompt (negative)', 'blurry, ugly hands', false],
	['negativePrompt', 'blurry, ugly hands', false],
	['Impromptu text', sentence, false],
	['Caption', sentence, false],
	['Prompt strength', 0.5, false],
	['Use prompt', true, false],
])('whether %p with the sample %p is a prompt: %p', (title, sample, yes) => {
	expect(isPrompt(input({ title, sample }))).toBe(yes);
});

test('only text is a prompt, not a choice', () => {
	const choice = { title: 'Prompt style', sample: 'oil on canvas', options: ['oil on canvas'] };
	expect(isPrompt(input({ ...choice, type: 'options' }))).toBe(false);
	expect(isPrompt(input({ ...choice, type: 'text' }))).toBe(true);
});

test.each([
	['http://a', true],
	['HTTPS://A/b c', false],
	['https://', false],
	['ftp://a', false],
	['cat', false],
	[7, false],
	[undefined, false],
])('whether %p is a link: %p', (value, yes) => {
	expect(isLink(value)).toBe(yes);
});
