import { readRequestExample } from '../../../nodes/InstaSd/credential/requestExample';
import type { KnownInput } from '../../../nodes/InstaSd/inputs/inputTypes';
import { knownInputs } from '../../../nodes/InstaSd/inputs/names';
import { imageUrl } from './support.mts';

type Samples = Record<string, string | number>;
/** The inputs of an API whose sample has these titles and values. */
function inputsOf(samples: Samples): readonly KnownInput[] {
	const entries = Object.entries(samples).map(([title, value], at) => [`a${at}`, { title, value }]);
	return knownInputs(readRequestExample(JSON.stringify(Object.fromEntries(entries))).inputs);
}
const rolesOf = (samples: Samples) =>
	Object.fromEntries(
		inputsOf(samples).flatMap(({ role, title }) => (role === undefined ? [] : [[role, title]])),
	);
const requiredOf = (samples: Samples) =>
	inputsOf(samples).flatMap(({ isRequired, title }) => (isRequired ? [title] : []));

const cat = '一只坐在椅子上的猫';
const link = 'https://example.com/files/1';

/** Titles of prompt, seed, image and video, each of one input. */
const called: Array<[language: string, titles: Array<[string, string, string, string]>]> = [
	[
		'Chinese',
		[
			['提示词', '种子', '图片', '视频'],
			['正向提示词', '随机种子', '参考图', '输入视频'],
			['提示詞（必填）', '隨機種子 (0-9)', '輸入圖片 URL', '影片'],
			['InstaSD API Input - 提示词 1', 'InstaSD API Input - 种子', '照片', '参考视频 2'],
		],
	],
	[
		'Japanese',
		[
			['プロンプト', 'シード', '画像', '動画'],
			['ポジティブ・プロンプト', 'シード値', '参照画像 1', '入力動画'],
			['ﾌﾟﾛﾝﾌﾟﾄ', '乱数シード', '写真【必須】', 'ビデオ'],
		],
	],
	[
		'Korean',
		[
			['프롬프트', '시드', '이미지', '동영상'],
			['긍정 프롬프트', '시드 값', '참조 이미지', '비디오'],
		],
	],
	[
		'German',
		[
			['Positiver Prompt', 'Seed-Wert', 'Bild', 'Video'],
			['Textprompt', 'Zufallswert', 'Referenzbild (Bild-URL)', 'Referenzvideo'],
		],
	],
	[
		'French',
		[
			['Prompt', 'Graine', "Image d'entrée", 'Vidéo'],
			['Texte du prompt', 'Graine aléatoire', 'Photo', 'Vidéo de référence'],
		],
	],
	[
		'Spanish',
		[
			['Texto del prompt', 'Semilla', 'Imagen', 'Vídeo'],
			['Indicación', 'Semilla aleatoria', 'Imagen de referencia', 'Video de entrada'],
		],
	],
	[
		'Portuguese',
		[
			['Texto do prompt', 'Semente', 'Imagem', 'Vídeo'],
			['Prompt positivo', 'Semente aleatória', 'Imagem de entrada', 'Vídeo de referência'],
		],
	],
	[
		'Russian',
		[
			['Промпт', 'Сид', 'Изображение', 'Видео'],
			['Текстовый запрос', 'Зерно', 'Исходное изображение', 'Исходное видео'],
		],
	],
];

describe.each(called)('titles in %s', (_language, titles) => {
	test.each(titles)('%s, %s, %s, %s: each has its role', (prompt, seed, image, video) => {
		const samples = { [prompt]: cat, [seed]: 42, [image]: link, [video]: link };
		expect(rolesOf(samples)).toEqual({ prompt, seed, image, video });
		expect(requiredOf(samples)).toEqual([prompt]);
	});

	test.each(titles)('%s, %s, %s, %s: the sample decides', (prompt, seed, image, video) => {
		const words = { [prompt]: 'euler', [seed]: 'fixed', [image]: 'cover', [video]: '16:9' };
		expect(inputsOf(words).map(({ type }) => type)).toEqual(['text', 'text', 'text', 'text']);
		expect(requiredOf(words)).toEqual([]);
		expect(requiredOf({ [prompt]: cat, [image]: '', [video]: 'a.mp4' })).toEqual([
			...[prompt, image, video],
		]);
	});
});

/** What avoids, sets or counts: negative, strength of prompt and seed, size and number of images, length of a video, mode. */
const falseFriends: Array<[language: string, ...titles: string[]]> = [
	['English', 'Negative Prompt', 'Prompt strength', 'Image size', 'Image count', 'Video length'],
	['English', 'Prompt (negative)', 'Prompt weight', 'Prompt mode', 'Seed mode', 'Seed strength'],
	['Chinese', '反向提示词', '负面提示词', '提示词强度', 'Prompt 强度', '种子模式', 'Seed模式'],
	['Chinese', '图片尺寸', '图片数量', '视频时长', '图像质量', '反向Prompt'],
	['Japanese', 'ネガティブプロンプト', 'プロンプト強度', 'シードモード', 'Seedモード'],
	['Japanese', '画像サイズ', '画像枚数', '動画の長さ', '否定プロンプト', 'Promptの重み'],
	['Korean', '부정 프롬프트', '네거티브 프롬프트', '프롬프트 강도', '시드 모드', 'Seed 모드'],
	['Korean', '이미지 크기', '이미지 개수', '동영상 길이', 'Prompt 강도'],
	['German', 'Negativer Prompt', 'Prompt-Stärke', 'Promptgewicht', 'Seed-Modus', 'Seed Modus'],
	['German', 'Bildgröße', 'Anzahl Bilder', 'Videolänge', 'Bildbreite', 'Startwert'],
	['French', 'Prompt négatif', 'Invite négative', 'Force du prompt', 'Mode de seed'],
	['French', "Taille de l'image", "Nombre d'images", 'Durée de la vidéo', 'Mode de graine'],
	['Spanish', 'Prompt negativo', 'Fuerza del prompt', 'Modo de semilla', 'Modo de seed'],
	['Spanish', 'Tamaño de imagen', 'Número de imágenes', 'Duración del vídeo', 'Modo seed'],
	['Portuguese', 'Prompt negativo', 'Força do prompt', 'Modo da semente', 'Modo do seed'],
	['Portuguese', 'Tamanho da imagem', 'Número de imagens', 'Duração do vídeo', 'Comando negativo'],
	['English', 'Prompt (what to avoid)', 'Prompt of unwanted things', 'System prompt'],
	[
		'Chinese',
		'提示词（不想要的）',
		'提示词（避免）',
		'プロンプト（不要なもの）',
		'프롬프트 (피할 것)',
	],
	['German', 'Bildprompt (ausschließen)', 'Prompt (unerwünscht)', 'Prompt (vermeiden)'],
	['French', 'Prompt (à éviter)', 'Invite (exclure)', 'Prompt (a evitar)', 'Промпт (избегать)'],
	['Russian', 'Негативный промпт', 'Отрицательный промпт', 'Сила промпта', 'Режим сида'],
	['Russian', 'Размер изображения', 'Количество изображений', 'Длина видео', 'Режим seed'],
];

test.each(falseFriends)('in %s none of %s, %s, %s, %s … is taken for one', (_, ...titles) => {
	for (const title of titles) {
		for (const value of [7, '1024x768', 'very strong', '', link]) {
			expect([title, value, rolesOf({ [title]: value })]).toEqual([title, value, {}]);
			expect([title, value, requiredOf({ [title]: value })]).toEqual([title, value, []]);
		}
	}
});

describe('a sentence whose title is in another script', () => {
	test('is the prompt, if it is the only text with several words', () => {
		for (const title of ['画面内容', '動きの説明', '장면 설명', 'Описание сцены', 'وصف الصورة']) {
			const samples = {
				[title]: `${cat}, on a chair in a room`,
				负面: 'blurry, ugly',
				模型: 'flux',
			};
			expect(rolesOf(samples)).toEqual({ prompt: title });
			expect(requiredOf(samples)).toEqual([title]);
		}
	});

	test.each<[why: string, samples: Samples]>([
		['there are two', { 画面内容: cat, 动作内容: cat }],
		['the other is in English', { 画面内容: cat, Caption: 'a cat on a chair' }],
		['it is what to avoid', { 要排除的内容: `${cat}、${cat}` }],
		['it is short, as a style is', { 风格: '赛博朋克风格', 图片: imageUrl }],
		['it is a size', { 尺寸: '1024 x 768' }],
		['its title has Latin letters', { '画面 A': cat }],
		['its title has no letters', { '1': cat }],
	])('is none if %s', (_why, samples) => {
		expect(rolesOf(samples)).not.toHaveProperty('prompt');
		expect(requiredOf(samples)).toEqual([]);
	});

	test('yields to a text that is called a prompt, even a short one', () => {
		const samples = { 提示词: 'cat', 画面内容: cat };
		expect(rolesOf(samples)).toEqual({ prompt: '提示词' });
		expect(requiredOf(samples)).toEqual([]);
	});
});
