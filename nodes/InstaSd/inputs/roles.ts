import type { ApiInput, InputType, Role } from './inputTypes';

/**
 * What people call an input in Chinese, Japanese, Korean, German, French, Spanish, Portuguese and Russian, in this order: whole
 * titles, in lower case. Part of a title would not do: 图片尺寸 is the size of an image, and 反向提示词 what it must not show.
 */
const titlesOf: Readonly<Record<Role, string>> = {
	prompt:
		'提示词,提示詞,提示语,提示語,プロンプト,프롬프트,bildprompt,textprompt,prompt,invite,indicación,indicaciones,comando,промпт,промт,запрос',
	seed: '种子,種子,シード,シード値,시드,시드값,시드 값,zufallswert,zufallszahl,seedwert,graine,semilla,semente,сид,зерно',
	image:
		'图,图片,图像,圖,圖片,圖像,照片,画像,写真,이미지,사진,bild,foto,image,photo,imagen,imagem,изображение,картинка,фото',
	video: '视频,視頻,影片,動画,ビデオ,동영상,비디오,영상,video,vidéo,vídeo,видео',
};

/** What such a title may have before or behind it: positive, random, input, reference. */
const specifier = new RegExp(
	[
		'^(正[向面]|[随隨][机機]|[输輸]入|[参參]考|ポジティブ|ランダム|乱数|入力|参照|긍정|랜덤|무작위|입력|참조|참고) ?',
		'^(eingabe|referenz|produkt|text[eo] d(u|o|el) )',
		'^(позитивный|положительный|текстовый|случайн(ый|ое)|исходное|входное) ',
		' (aléatoire|aleat[oó]ria|source|de r[eé]f[eé]r[eê]ncia|de référence|d entrée|de entrada|url|link)$',
	].join('|'),
	'g',
);

/** A title without the prefix of InstaSD's ComfyUI nodes: "InstaSD API Input - Seed" becomes "Seed". */
export function shortTitle(title: string): string {
	return title.trim().replace(/^InstaSD API Input - (?=\S)/, '');
}

/** Whether a title is one of the table; none is that long. */
function isCalled(role: Role, title: string): boolean {
	if (title.length > 100) return false;
	const bare = shortTitle(title)
		.normalize('NFKC')
		.toLowerCase()
		.replace(/\([^()]*\)|\[[^[\]]*\]|【[^【】]*】/g, ' ')
		.replace(/[^\p{L}\p{M}]+/gu, ' ')
		.trim()
		.replace(specifier, '');
	return titlesOf[role].split(',').includes(bare);
}

const namesPrompt = /(^|[^a-z])prompts?([^a-z]|$)/i;
const namesSeed = /(^|[^a-z])seeds?([^a-z]|$)/i;
/** Prompts that do not say what to make: what to avoid, or who a language model is. */
const namesNegative =
	/n[eé]gati|(^|[^a-z])neg([^a-z]|$)|system|avoid|unwanted|exclu|ausschl|unerw|vermeid|[eé]vit|[负負避]|反[向面]|否定|排除|不[要想希需包含]|ネガ|除外|부정|네거티브|제외|피할|негатив|отриц|исключ|избе/i;
/** Settings and switches of a prompt or seed: "Prompt strength", "Modo de seed", "Seed 模式". */
const isSetting =
	/^\W*randomi[sz]e\b|(prompts?|seed)[\s_-]*[的の]?(mode|type|strength|weight|scale|offset|count|increment|behaviou?r|modus|stärke|gewicht|模式|[强強]度|[权權]重|モード|重み|모드|강도|가중치|режим|сила|вес)|(\bd(e|el|u|o)|\bmod[eo]|режим|сила|вес)\s(prompt|seed)\b/i;

/** Whether a title says that an input is what to make, and not what to avoid. */
function isPromptTitle(title: string): boolean {
	if (namesNegative.test(title)) return false;
	return isCalled('prompt', title) || (namesPrompt.test(title) && !isSetting.test(title));
}

/** Whether a title names a seed, also in one word, such as `RandomSeed` or `noise_seed`. */
export function isSeedTitle(title: string): boolean {
	const words = title.replace(/\p{Ll}(?=\p{Lu})|\p{Lu}(?=\p{Lu}\p{Ll})/gu, '$& ');
	return isCalled('seed', title) || (namesSeed.test(words) && !isSetting.test(words));
}

const imageTitle =
	/\bload image\b|^(\w+ )?(image|photo|picture|mask)( \w{1,2})?( \(?(url|link)\)?)?$/i;
const videoTitle = /\bload video\b|^(\w+ )?video( \w{1,2})?( \(?(url|link)\)?)?$/i;
const imageFile = /\.(png|jpe?g|webp|gif|bmp|avif)([?#]|$)|^data:image\//i;
const videoFile = /\.(mp4|webm|mov|mkv|avi)([?#]|$)|^data:video\//i;
/** InstaSD's own words for a file to give, whatever the title. */
const linkWanted = /^publicly available (?:url|link) (?:for|of|to) the (image|video)\W*$/i;
/** In a short text; a long one with these words is a prompt. */
const descriptionOfLink = /\b(url|link)\b.*\b(image|video)\b|\b(image|video)\b.*\b(url|link)\b/i;

/**
 * Infers an input's type from its title and sample value. A wrong guess would reject a valid value, so anything
 * uncertain is text; the example can override the type with a `"type"`.
 */
export function inferType(title: string, sample: unknown): InputType {
	if (typeof sample === 'boolean') return 'boolean';
	const integerSample =
		typeof sample === 'number' ? Number.isInteger(sample) : /^-?\d+$/.test(String(sample).trim());
	if (integerSample && isSeedTitle(title)) return 'seed';
	if (typeof sample === 'number') return /\binteger\b/i.test(title) ? 'integer' : 'number';
	if (typeof sample !== 'string') return 'text';
	const text = sample.trim();
	const isVideo = videoFile.test(text);
	const isImage = imageFile.test(text);
	const isDescribed = text.length < 100 && descriptionOfLink.test(text);
	if (/^(https?:\/\/\S+$|data:)/i.test(text)) {
		if (isVideo) return 'video';
		if (isImage) return 'image';
	} else if (text !== '' && !isVideo && !isImage && !isDescribed) {
		// With the title "Image" and the sample "a cat", the text describes a picture and is not one.
		return 'text';
	}
	if (videoTitle.test(title) || isCalled('video', title)) return 'video';
	if (imageTitle.test(title) || isCalled('image', title)) return 'image';
	const [, wanted = ''] = linkWanted.exec(text) ?? [];
	return /video/i.test(wanted) ? 'video' : wanted === '' ? 'text' : 'image';
}

/** What InstaSD's text nodes are called if nobody gave them another title. */
const untitledText = /^InstaSD API Input - (String|Multi Line Text)$/;

/**
 * The inputs that a role can mean; it is clear if it is just one. An input that is itself called like the role is meant
 * before all others; if its type is another one, the role means nothing.
 */
export function inputsInRole<T extends ApiInput>(inputs: readonly T[], role: Role): T[] {
	const isOfType = ({ type }: ApiInput) => type === (role === 'prompt' ? 'text' : role);
	const namesakes = inputs.filter(({ id, title }) =>
		[id, title.trim(), shortTitle(title)].some((name) => name.toLowerCase() === role),
	);
	if (namesakes.length > 0) return namesakes.every(isOfType) ? namesakes : [];
	const fitting = inputs.filter(isOfType);
	if (role !== 'prompt') return fitting;
	// Else those with such a title; else those with a whole sentence and no title at all.
	const kinds = [
		promptsToGive(fitting),
		fitting.filter(({ title }) => isPromptTitle(title)),
		fitting.filter((input) => untitledText.test(input.title.trim()) && isSentence(input)),
	];
	return kinds.find(({ length }) => length > 0) ?? [];
}

/**
 * The prompts that the form asks for: n8n appends what is dragged onto a field to the text in it, so such a field starts
 * empty. They are the sentences with the title of a prompt. If no text has one, it is the only sentence, provided that its
 * title is in a script of which this node knows only a few words.
 */
export function promptsToGive<T extends ApiInput>(inputs: readonly T[]): T[] {
	const texts = inputs.filter(({ type }) => type === 'text');
	const called = texts.filter(({ title }) => isPromptTitle(title));
	if (called.length > 0) return called.filter(isSentence);
	const sentences = texts.filter((text) => isSentence(text) && !namesNegative.test(text.title));
	return sentences.length === 1 ? sentences.filter(isForeign) : [];
}

/** Scripts that write several words without a space. */
const unspaced = String.raw`\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}`;
const severalWords = new RegExp(String.raw`[^\s,][\s,]+[^\s,]|[${unspaced}]{3}`, 'u');
/** More than people call a style or a choice: four words, or eight signs of such a script. */
const manyWords = new RegExp(
	String.raw`^[\s,]*([^\s,]+[\s,]+){3}[^\s,]|([${unspaced}][^${unspaced}]*){8}`,
	'u',
);

/** Whether the sample of a text has several words. */
function isSentence({ sample }: ApiInput): boolean {
	return severalWords.test(String(sample ?? ''));
}

/** Whether a title has letters, but no Latin ones, and the sample is too long for a style or another choice. */
function isForeign({ sample, title }: ApiInput): boolean {
	const letters = shortTitle(title);
	return /\p{L}/u.test(letters) && !/\p{sc=Latin}/u.test(letters) && manyWords.test(String(sample));
}
