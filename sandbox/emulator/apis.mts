import { hexOf } from './random.mts';
import type { BehaviourLayer } from './behaviour.mts';

export type ApiInput = { title: string; value: unknown };

/** An API to play. Token and endpoint follow from the name unless given, so they survive a restart. */
export type ApiDefinition = {
	name: string;
	inputs: Record<string, ApiInput>;
	behaviour?: BehaviourLayer;
	token?: string;
	endpoint?: string;
};

export type Api = Required<Omit<ApiDefinition, 'behaviour'>> & { requestExample: string };

/** Completes a definition; the sample request reads as InstaSD's API Instructions show it. */
export function createApi(definition: ApiDefinition): Api {
	const { name, inputs } = definition;
	return {
		name,
		inputs,
		token: definition.token ?? hexOf(`token of ${name}`, 40),
		endpoint: definition.endpoint ?? hexOf(`endpoint of ${name}`, 14),
		requestExample: JSON.stringify({ inputs }, null, 2),
	};
}

/** The example of InstaSD's help article "Using the InstaSD API in Your Applications". */
export const textToImage: ApiDefinition = {
	name: 'text to image',
	inputs: {
		'7b7fae99f81ef925': {
			title: 'Prompt',
			value: 'Woman sitting on a chair with a cheetah in front of her',
		},
		b0c46c069a9e96c8: { title: 'Output Width', value: 880 },
		b138cda90d074df1: { title: 'Output Height', value: 1176 },
		'7200c51e92f780da': { title: 'Steps (8-12)', value: 12 },
		d228a236441bc317: { title: 'Strength (0-1)', value: 0.3 },
		'1db050bbc968f384': { title: 'Batch Size', value: 1 },
		'94c18e9e703d2087': { title: 'InstaSD API Input - Seed', value: 42 },
		'1022e871b44ce7f6': { title: 'Skip lora?', value: '2' },
		'8428ca86f40f597d': { title: 'Load Image', value: 'publicly available URL for the image' },
		'239f8aef5854078c': { title: 'InstaSD API Input - Lora Loader', value: '' },
	},
};

/** Two inputs share a title, as in a real API: only the id tells the first frame from the last. */
export const imageToVideo: ApiDefinition = {
	name: 'image to video',
	inputs: {
		'5d0a8f31c7e24b96': { title: 'Load Image', value: 'https://example.com/first-frame.png' },
		e41b7c0925fa863d: { title: 'Load Image', value: 'https://example.com/last-frame.png' },
		'30c9e6ab18d7f542': {
			title: 'InstaSD API Input - Multi Line Text',
			value: 'The camera glides over the hills\nwhile the sun goes down',
		},
		a97f2b64d05c1e83: { title: 'Frames', value: 81 },
		'6be815d3f920a74c': { title: 'Motion (0-1)', value: 0.5 },
		f2047d9c8ab3516e: { title: 'InstaSD API Input - Boolean', value: true },
		c85e3a17906bd2f4: { title: 'InstaSD API Input - Seed', value: 7 },
	},
	behaviour: { images: 0, videos: 1 },
};

/** What somebody else's API may look like: no id and no title is one of "text to image". */
export const productPicture: ApiDefinition = {
	name: 'product picture',
	inputs: {
		c4a91f60d2487be5: {
			title: 'Positive Prompt',
			value: 'A bottle of perfume on wet stones, studio light',
		},
		'0f7be2c9d816a435': { title: 'Product Photo', value: 'https://example.com/bottle.png' },
		'9e2d5b7710c3fa68': { title: 'Noise Seed', value: 7 },
		'63d8c01e4fb5a927': { title: 'Width', value: 1024 },
	},
};

/** One picture in, one video out, as most such APIs are. */
export const pictureToVideo: ApiDefinition = {
	name: 'picture to video',
	inputs: {
		'71fa03d6e9b2c845': { title: 'Start Image', value: 'https://example.com/start.png' },
		b85c2e9077d1a4f3: { title: 'Motion Prompt', value: 'The camera glides over the hills' },
		'4e60f9a2c83b17d5': { title: 'Frames', value: 81 },
		d2973bc5a10e6f48: { title: 'InstaSD API Input - Seed', value: 7 },
	},
	behaviour: { images: 0, videos: 1 },
};

/** The same for a first try: a prompt is enough, it needs no image and no LoRA. */
const promptToImage: ApiDefinition = {
	name: textToImage.name,
	inputs: Object.fromEntries(
		Object.entries(textToImage.inputs).filter(([, { title }]) => !/lora|image/i.test(title)),
	),
};

/**
 * The emulator's own APIs; the first is the one that an example gets which names none of them. The last one's credential is
 * the newest, with which n8n opens a new node: it asks for little and makes an image.
 */
export const ownApis: ApiDefinition[] = [textToImage, imageToVideo, pictureToVideo, productPicture];

/** Those of `npm start`, where the first is tried first. */
export const sandboxApis: ApiDefinition[] = [promptToImage, ...ownApis.slice(1)];
